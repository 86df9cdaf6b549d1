"""A missing or bad value stops the start and is named: each case starts the settings in a process of its own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from documents import specimen_seal

GOOD = {
    "SECRET_KEY": "a-random-value-long-enough-0123456789",
    "SITE_URL": "https://cqp.example.org",
    "REGISTER_PUBLIC_KEYS": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}


def start(tmp_path, **environment):
    return subprocess.run(
        [sys.executable, "-c", "import rncp31395.settings"],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_starts_with_the_least_that_production_needs(tmp_path):
    started = start(tmp_path, **GOOD)

    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("REGISTER_KEY", "/nowhere/register.pem", id="no register key there"),
        pytest.param("REGISTER_PUBLIC_KEYS", "trop-court", id="no public key"),
        pytest.param("SECRET_KEY", "", id="no secret key"),
        pytest.param("SECRET_KEY", "short", id="short secret key"),
        pytest.param("SITE_URL", "", id="no site"),
        pytest.param("SITE_URL", "cqp.example.org/chemin", id="site that is no origin"),
        pytest.param("ALLOWED_HOSTS", "*", id="any host"),
        pytest.param("DATABASE_URL", "mysql://localhost/rncp", id="another database"),
        pytest.param("REDIS_URL", "http://localhost", id="a broker that is not Redis"),
        pytest.param("DEBUG", "peut-être", id="a word that is no boolean"),
        pytest.param("DEMO", "1", id="the demonstration without DEBUG"),
        pytest.param("DATA_DIR", "/proc/nulle-part", id="a folder that cannot be made"),
        pytest.param("CDC_CLIENT_ID", "AB123CD", id="seven characters of a client of the CDC"),
        pytest.param("CDC_CLIENT_ID", "AB123CDEF", id="nine characters of a client of the CDC"),
        pytest.param("CDC_CONTRACT_ID", "M" * 21, id="a contract of more than twenty characters"),
        pytest.param("CDC_SCHEMA", "/nowhere/cdc.xsd", id="no schema there"),
        pytest.param("CDC_SCHEMA", __file__, id="a file that is no schema"),
    ],
)
def test_a_bad_value_stops_the_start_and_is_named(tmp_path, name, value):
    started = start(tmp_path, **GOOD | {name: value})

    assert started.returncode != 0
    assert f"Environment variable {name}:" in started.stderr


@pytest.fixture(scope="module")
def seal_file(tmp_path_factory):
    return str(specimen_seal.made_in(tmp_path_factory.mktemp("seal")))


def test_it_starts_with_a_seal_that_opens(tmp_path, seal_file):
    started = start(tmp_path, **GOOD, SEAL_PKCS12=seal_file, SEAL_PASSPHRASE=specimen_seal.PASSPHRASE)

    assert started.returncode == 0, started.stderr


def test_a_wrong_passphrase_of_the_seal_stops_the_start(tmp_path, seal_file):
    started = start(tmp_path, **GOOD, SEAL_PKCS12=seal_file, SEAL_PASSPHRASE="autre")

    assert started.returncode != 0
    assert "SEAL_PASSPHRASE" in started.stderr


def test_a_missing_seal_stops_the_start(tmp_path):
    started = start(tmp_path, **GOOD, SEAL_PKCS12=str(tmp_path / "absent.p12"))

    assert started.returncode != 0
    assert "SEAL_PKCS12" in started.stderr


SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}" version="{version}">
<xs:element name="flux" type="xs:string"/></xs:schema>"""
NAMESPACE, VERSION = "urn:cdc:cpf:pc5:schema:1.0.0", "1.1.2"


def schema(tmp_path, *, namespace=NAMESPACE, version=VERSION):
    path = tmp_path / "cdc.xsd"
    path.write_text(SCHEMA.format(namespace=namespace, version=version))
    return str(path)


def test_it_starts_with_what_the_cdc_asks(tmp_path):
    started = start(
        tmp_path, **GOOD, CDC_CLIENT_ID="AB123CDE", CDC_CONTRACT_ID="MCFCER000123", CDC_SCHEMA=schema(tmp_path)
    )

    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    "other", [{"version": "1.1.5"}, {"namespace": "urn:autre"}], ids=["another version", "another namespace"]
)
def test_another_schema_than_the_cdc_s_stops_the_start(tmp_path, other):
    started = start(tmp_path, **GOOD, CDC_SCHEMA=schema(tmp_path, **other))

    assert started.returncode != 0
    assert f"Environment variable CDC_SCHEMA: {tmp_path / 'cdc.xsd'} is another schema" in started.stderr
