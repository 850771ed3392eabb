"""The HTTP API. `suanlu.api.server` serves it; one module a resource."""
