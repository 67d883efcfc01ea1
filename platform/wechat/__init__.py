"""The only code that speaks to WeChat: login, component, pay, callbacks, shipping."""
