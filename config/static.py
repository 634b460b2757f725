"""Static files are named by their content, so that a browser may keep them for ever."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    # Redoc calls other hosts and is not offered; compressing it would take seconds of every start.
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc"]


class HashedFiles(CompressedManifestStaticFilesStorage):
    # Without it a module imports its neighbours by their plain names and meets yesterday's copy.
    support_js_module_import_aggregation = True
