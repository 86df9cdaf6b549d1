from .enums import OrganisationKind


class OrganisationKindConverter:
    regex = "|".join(OrganisationKind.values)

    def to_python(self, value: str) -> OrganisationKind:
        return OrganisationKind(value)

    def to_url(self, value: str) -> str:
        return str(OrganisationKind(value))
