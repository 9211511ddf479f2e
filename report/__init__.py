"""The report: from result documents to everything shown about them."""
