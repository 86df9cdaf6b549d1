"""How gunicorn serves the product, wherever it is started from this folder; `WEB_CONCURRENCY` says how many processes.

Thirteen pages of a jury ask every two and a half seconds: on threads they keep their connections, which wait without
holding one. A connection outlives the question that comes next, and those that an ordinary proxy keeps (nginx 60 s,
Traefik 90 s, Caddy 120 s): one that the server closes first may carry a ballot at that instant, which then goes
unanswered.
"""

worker_class = "gthread"
threads = 4
pythonpath = "."  # where the next line is found
logger_class = "rncp31395.logs.AccessLogger"
keepalive = 125  # seconds
control_socket_disable = True  # two servers of one account would fight over it, and nobody speaks to it
