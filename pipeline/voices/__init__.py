"""Who a voice belongs to: enrolled voices and how they are compared, and what people call each other."""
