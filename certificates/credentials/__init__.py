"""The papers in open formats: W3C verifiable credentials that are Open Badges 3.0, their issuer, their states.

Made and signed by workers, once, when a paper is published; the web only hands out what is stored.
See docs/credentials.md.
"""
