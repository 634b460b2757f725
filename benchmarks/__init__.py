"""`make bench`: what is measured is compared, in the same run, with a bare Django view."""
