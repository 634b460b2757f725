"""The formatter of templates, run by scripts/format_templates.py."""
