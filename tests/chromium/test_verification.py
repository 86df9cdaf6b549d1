"""A file dropped on the page: its fingerprint alone leaves the browser."""

import base64
import hashlib

import pytest
from playwright.sync_api import Browser, Page, Request

from .site import Site

DROP = """([content, name]) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "application/pdf" }));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def paper(site: Site) -> bytes:
    site.manage("shell", "-c", "from certificates.tasks import draw_waiting; draw_waiting()")  # no worker runs here
    return bytes(site.rows("SELECT content FROM certificates_certificatefile ORDER BY id LIMIT 1")[0][0])


def visit(browser: Browser, site: Site, asked: list[Request], **options: object) -> Page:
    context = browser.new_context(locale="fr-FR", base_url=site.url, viewport={"width": 360, "height": 800}, **options)
    context.on("request", lambda request: asked.append(request))  # A builtin will not do.
    page = context.new_page()
    page.goto("/verifier/")
    return page


def drop(page: Page, content: bytes, name: str = "certificat.pdf") -> None:
    page.evaluate(DROP, [base64.b64encode(content).decode(), name])


def test_a_dropped_file_is_known_and_does_not_leave(browser: Browser, site: Site, paper: bytes):
    asked: list[Request] = []
    page = visit(browser, site, asked)

    drop(page, paper)
    page.wait_for_url(f"**/verifier/empreinte/{hashlib.sha256(paper).hexdigest()}/")

    assert "octet pour octet" in page.inner_text("main")
    assert {request.method for request in asked} == {"GET"}
    assert all(request.post_data_buffer is None for request in asked)
    assert page.context.cookies() == []
    page.context.close()


def test_a_chosen_file_changed_by_one_byte_is_unknown(browser: Browser, site: Site, paper: bytes):
    page = visit(browser, site, [])

    page.set_input_files("#dropped", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": paper + b" "})
    page.wait_for_url("**/verifier/empreinte/**")

    assert "Fichier inconnu" in page.inner_text("main")
    page.context.close()


def test_what_is_no_pdf_is_said_without_leaving(browser: Browser, site: Site):
    page = visit(browser, site, [])

    drop(page, b"bonjour", "lettre.pdf")
    page.wait_for_function("document.querySelector('[data-said]').textContent.includes('pas un PDF')")

    assert page.url.endswith("/verifier/")
    page.context.close()


def test_without_javascript_the_page_leads_to_the_full_check(browser: Browser, site: Site, paper: bytes):
    page = visit(browser, site, [], java_script_enabled=False)

    assert not page.is_visible("#dropped")
    page.click("text=envoyez-le pour un contrôle complet")
    page.set_input_files("#file", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": paper})
    page.click("main button[type=submit]")
    page.wait_for_selector(".notice-state")

    assert "notre sceau" in page.inner_text("main")
    page.context.close()
