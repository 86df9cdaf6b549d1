"""Why a mail has not left, in words for those who read the list of mails."""

from .models import Mail

NO_ANSWER = "Le serveur de messagerie ne répond pas."
SERVER_ERRORS = {
    "Abandoned": "L’envoi a été interrompu.",
    "SMTPAuthenticationError": "Le serveur de messagerie refuse nos identifiants.",
    "SMTPDataError": "Le serveur de messagerie refuse ce message.",
    "SMTPSenderRefused": "Le serveur de messagerie refuse notre adresse d’expéditeur.",
    **dict.fromkeys(
        [
            "BrokenPipeError",
            "ConnectionAbortedError",
            "ConnectionRefusedError",
            "ConnectionResetError",
            "OSError",
            "SMTPConnectError",
            "SMTPHeloError",
            "SMTPNotSupportedError",
            "SMTPServerDisconnected",
            "SSLCertVerificationError",
            "SSLError",
            "TimeoutError",
            "gaierror",
        ],
        NO_ANSWER,
    ),
}
ADDRESS_REFUSED = "Cette adresse est refusée : vérifiez-la."
ADDRESS_DELAYED = "Cette adresse ne reçoit rien pour le moment."
OUR_FAULT = "Le logiciel n’a pas su écrire ce message : prévenez ceux qui l’exploitent, puis renvoyez-le."


def error_in_words(mail: Mail) -> str:
    name, _, code = mail.last_error.partition(" ")
    if not name:
        return ""
    if name == "SMTPRecipientsRefused":
        return ADDRESS_DELAYED if code.startswith("4") else ADDRESS_REFUSED
    return SERVER_ERRORS.get(name, OUR_FAULT)
