"""The language of custom methods: the twin of src/core/formula, with the same refusals at the same characters."""
