"""What an address may hold, for the tables of the pages and of the API."""

from django.urls import register_converter


class IdConverter:
    """A row's number; longer ones cannot exist, and not every database takes them."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class MediaConverter:
    """The name of a stored file: what no upload was ever called."""

    regex = r"[0-9a-f]{32}\.(?:png|jpg|webp|wav)"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MediaConverter, "media")
register_converter(IdConverter, "id")
