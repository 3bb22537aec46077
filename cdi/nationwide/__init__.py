"""The audits of all forces together: how they are gathered, the national figures, and those of each force."""
