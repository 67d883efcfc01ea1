"""The database engine: django-tenants' wrapper, made strict. See `base`."""
