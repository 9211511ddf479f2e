"""The report: from result documents to what is seen of them."""
