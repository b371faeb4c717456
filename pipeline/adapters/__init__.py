"""The only importers of vendor libraries, and those lazily: one module a vendor or trade."""
