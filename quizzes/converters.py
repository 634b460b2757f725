"""What an address may hold, for the tables of the pages and of the API."""

from django.urls import register_converter


class IdConverter:
    """A row's number; longer ones cannot exist, and not every database takes them."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")
