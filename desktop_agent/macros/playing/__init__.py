"""Playing macros: steps, flow, parameters, tables, the approval of a whole macro, triggers."""
