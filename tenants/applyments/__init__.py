"""Applying at WeChat Pay for a shop's merchant number (特约商户进件, CONTRACT §4.13)."""
