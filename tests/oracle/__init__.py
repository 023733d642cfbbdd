"""A second opinion: slow, obvious code that knows the contract and nothing of the library's own."""
