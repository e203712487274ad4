"""Tickets per product, raw and by how often it is deployed (DMSU-M8)."""

from metrics.metric import Measure

PRODUCT_MONTH = Measure(
    view="product_month",
    definition="Tickets received per product (the service), month and category, and the same divided by the product's "
    "deployments: the last count of the user's table whose date is not after the month. A product without such a count "
    "stands unweighted.",
    rules=("DMSU-M8",),
    grain="month × product × category",
    units="weighted: tickets per deployment",
    columns={
        "month": "month of creation, in the desk's zone",
        "product": "the service at T; empty: the ticket names none",
        "category": "the category at T; empty: none",
        "tickets": "tickets received",
        "deployed": "deployments of the product at the end of the month; empty: the table has none",
        "weighted": "tickets ÷ deployed; empty: unweighted",
        "unweighted": "whether the product has no count for this month, or none above 0",
    },
    example="Data Portal: 40 from 2025-01-01, 50 from 2025-09-15. 10 tickets on usage in August, 10 in September.\n"
    "August 10 ÷ 40 = 0.25; September 10 ÷ 50 = 0.20; a product that is not in the table: empty, unweighted.",
    select="""
WITH counted AS (
    SELECT created_month AS month, service AS product, category, count(*) AS tickets
    FROM ticket GROUP BY created_month, service, category
),
in_force AS (
    SELECT product, since, deployed, lead(since) OVER (PARTITION BY product ORDER BY since) AS until_day FROM deployment
)
SELECT c.month, c.product, c.category, c.tickets, d.deployed,
       CAST(c.tickets AS DOUBLE) / nullif(d.deployed, 0) AS weighted,
       coalesce(d.deployed, 0) = 0 AS unweighted
FROM counted c
LEFT JOIN in_force d ON d.product = c.product AND d.since < c.month + INTERVAL 1 MONTH
    AND (d.until_day IS NULL OR d.until_day >= c.month + INTERVAL 1 MONTH)
""",
)
MEASURES = (PRODUCT_MONTH,)
