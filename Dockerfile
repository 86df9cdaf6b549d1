FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 rncp

WORKDIR /srv/rncp31395
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY --chown=rncp . .
# Collecting the static files reads the settings, which refuse to start without these; the values are thrown away.
RUN SECRET_KEY=only-for-collecting-static-files-0123456789 SITE_URL=https://localhost DATA_DIR=/tmp/data \
    REGISTER_PUBLIC_KEYS=11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo \
    python manage.py collectstatic --noinput \
    && mkdir /data && chown rncp /data

USER rncp
ENV DATA_DIR=/data WEB_CONCURRENCY=3
EXPOSE 8000
# Threads and kept connections: gunicorn.conf.py.
CMD ["gunicorn", "rncp31395.wsgi", "--bind", "0.0.0.0:8000", "--access-logfile", "-"]
