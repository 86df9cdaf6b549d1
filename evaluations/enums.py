from enum import StrEnum

from django.db import models

from rulebook import outcomes


class Rating(models.TextChoices):
    ACQUIRED = outcomes.Rating.ACQUIRED, "acquis"
    PARTIALLY_ACQUIRED = outcomes.Rating.PARTIALLY_ACQUIRED, "partiellement acquis"
    NOT_ACQUIRED = outcomes.Rating.NOT_ACQUIRED, "non acquis"


class Attendance(models.TextChoices):
    PRESENT = outcomes.Attendance.PRESENT, "évalué"
    ABSENT = outcomes.Attendance.ABSENT, "absent"
    EXCUSED = outcomes.Attendance.EXCUSED, "absent excusé"


class Opinion(models.TextChoices):
    FAVOURABLE = outcomes.Opinion.FAVOURABLE, "favorable"
    RESERVED = outcomes.Opinion.RESERVED, "réservé"
    UNFAVOURABLE = outcomes.Opinion.UNFAVOURABLE, "défavorable"
    ABSENT = outcomes.Opinion.ABSENT, "absent"
    EXCUSED = outcomes.Opinion.EXCUSED, "absent excusé"


class EvaluationState(models.TextChoices):
    DRAFT = "draft", "brouillon"
    SUBMITTED = "submitted", "rendue"


class PartMode(models.TextChoices):
    ON_SITE = "on_site", "en présence"
    REMOTE = "remote", "à distance"


class Mark(models.TextChoices):
    """What a square of the matrix says of one channel."""

    NONE = "none", "pas encore attendue"
    EXPECTED = "expected", "attendue"
    DRAFT = "draft", "commencée"
    SUBMITTED = "submitted", "rendue"
    LATE = "late", "en retard"
    NOT_REQUIRED = "not_required", "non requise"


class Flag(StrEnum):
    """What has become of the block."""

    NONE = ""
    ACQUIRED = "acquired"
    CARRIED = "carried"


class StopState(models.TextChoices):
    """What a block asks of one channel, along the rail of an enrolment."""

    TO_FILL = "to_fill", "à saisir"
    DRAFT = "draft", "brouillon"
    SUBMITTED = "submitted", "rendue"
    HELD = "held", "déjà acquis"
    LATER = "later", "pas encore attendue"
    NOT_ASKED = "not_asked", "non demandée"


class GapCode(models.TextChoices):
    """What keeps an evaluation from being submitted, said to whoever can fill it."""

    UNREAD = "unread", "Cette saisie est gardée, mais n’a pas pu être lue : corrigez-la."
    UNRATED = "unrated", "Choisissez un niveau."
    NO_PART = "no_part", "Indiquez la date et la modalité d’une épreuve au moins."
    PART_DATE = "part_date", "Indiquez la date de l’épreuve."
    PART_MODE = "part_mode", "Indiquez si l’épreuve a eu lieu en présence ou à distance."
    BEFORE_ENTRY = "before_entry", "Cette date précède l’entrée du candidat dans le parcours."
    IN_FUTURE = "in_future", "Cette date est à venir : l’évaluation se rend une fois l’épreuve passée."
    MARK_RANGE = "mark_range", "La note va de 0 à 20."


class Version(models.TextChoices):
    """Of two texts typed at the same time, the one to keep."""

    TYPED = "typed", "garder le mien"
    STORED = "stored", "prendre le sien"


class EntryRefusal(models.TextChoices):
    """Why nothing can be entered here, whatever is typed."""

    NOT_YOURS = "not_yours", "Cette évaluation n’est plus entre vos mains."
    WITHDRAWN = "withdrawn", "Le candidat a abandonné : plus rien n’est à évaluer."
    NOT_IN_PLAN = "not_in_plan", "La voie d’accès du candidat ne demande pas cette évaluation."
    ACQUIRED = "acquired", "Le candidat détient déjà ce bloc : il n’est plus à évaluer."
    SUBMITTED = "submitted", "Cette évaluation est rendue : elle ne change plus."


class ProgressFilter(models.TextChoices):
    """What somebody looks for among their enrolments; those of candidates who have left stand apart."""

    ALL = "", "Tous"
    TO_DO = "to_do", "À saisir"
    LATE = "late", "En retard"
    DRAFT = "draft", "Brouillons à rendre"
    DONE = "done", "Tout est rendu"
    WITHDRAWN = "withdrawn", "Abandons"


class GridFilter(models.TextChoices):
    """Which rows of a bulk grid somebody looks for."""

    TO_DO = "", "À saisir"
    DRAFT = "draft", "Commencées"
    LATE = "late", "En retard"
    DONE = "done", "Rendues"


class ReferentFilter(models.TextChoices):
    MISSING = "", "À désigner"
    ALL = "any", "Tous"


class PanelScope(models.TextChoices):
    TICKED = "ticked", "les candidats cochés sur cette page"
    FILTERED = "filtered", "tous les candidats de cette liste"


class ReopeningKind(models.TextChoices):
    CORRECTION = "correction", "réouverture"
    RESIT = "resit", "rattrapage"


class Divergence(models.TextChoices):
    NONE = outcomes.Divergence.NONE, "avis concordants"
    SLIGHT = outcomes.Divergence.SLIGHT, "divergence d’un niveau"
    STRONG = outcomes.Divergence.STRONG, "divergence forte"


class ReopeningObstacle(models.TextChoices):
    """Why an evaluation is not reopened."""

    NOT_HEARD = "not_heard", "Cette évaluation ne vaut pas, ou plus, pour sa voie : un autre passage est déjà attendu."
    WITHDRAWN = "withdrawn", "Le candidat a abandonné : plus rien n’est à évaluer."
    ACQUIRED = "acquired", "Le candidat détient déjà ce bloc : il n’est plus à évaluer."
    NO_REASON = "no_reason", "Écrivez la raison de la réouverture."
    DUE_BEFORE = "due_before", "La nouvelle échéance est passée : choisissez un jour à venir."
    MEANWHILE = "meanwhile", "La situation de ce bloc vient de changer : relisez la page, puis recommencez."


class AdaptationState(models.TextChoices):
    PENDING = "pending", "à décider"
    GRANTED = "granted", "accordée"
    REFUSED = "refused", "refusée"
    REPLACED = "replaced", "remplacée"


class Adjustment(models.TextChoices):
    """What may be asked for: how the exam is held, never why."""

    EXTRA_TIME = "extra_time", "temps majoré"
    SEPARATE_ROOM = "separate_room", "salle à part"
    BREAKS = "breaks", "pauses"
    LARGE_PRINT = "large_print", "sujet agrandi ou transcrit"
    COMPUTER = "computer", "ordinateur ou logiciel adapté"
    READER = "reader", "lecteur ou secrétaire"
    INTERPRETER = "interpreter", "interprète"
    ACCESS = "access", "accès ou poste adapté"
    OTHER = "other", "autre aménagement"


class GridContent(models.TextChoices):
    BLANK = "blank", "vierges"
    FILLED = "filled", "remplies"
