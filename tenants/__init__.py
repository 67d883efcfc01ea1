"""Who rents a shop: accounts, tenants, their schemas and the one switch between them."""
