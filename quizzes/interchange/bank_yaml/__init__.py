"""The bank's own format: a folder that a person can read, review and compare."""

from quizzes.interchange.bank_yaml.reader import read_path
from quizzes.interchange.bank_yaml.writer import write_path

suffixes = ("", ".yaml", ".yml")

__all__ = ["read_path", "suffixes", "write_path"]
