"""Static files are named by their content, so that a browser may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    # Without it a module imports its neighbours by their plain names and meets yesterday's copy.
    support_js_module_import_aggregation = True
