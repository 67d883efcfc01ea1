"""The life of a shop's apps at WeChat: authorised, configured, lost, restored."""
