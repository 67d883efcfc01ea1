"""A local stand-in for WeChat's servers: login, component, pay v3 and shipping, with real keys."""
