"""The report on a disclosure: outcomes, findings, and what people see of them."""
