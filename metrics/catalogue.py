"""All metrics, in the order in which they are computed, and all measures over what they make."""

from metrics import (
    chain,
    chain_part,
    clock,
    clock_segment,
    clone_link,
    coverage,
    eta,
    eta_outcome,
    finding,
    finding_clones,
    finding_moves,
    finding_values,
    first_human_response,
    first_response,
    goal,
    interval,
    milestone,
    resolution,
    ticket,
    ticket_values,
)
from metrics.metric import Measure

METRICS = (
    *ticket_values.METRICS,
    *interval.METRICS,
    *milestone.METRICS,
    *first_response.METRICS,
    *first_human_response.METRICS,
    *resolution.METRICS,
    *clock_segment.METRICS,
    clock.CLOCK_USED,
    *goal.METRICS,
    *clock.METRICS,
    *ticket.METRICS,
    *eta.METRICS,
    *eta_outcome.METRICS,
    *clone_link.METRICS,
    *finding_moves.METRICS,
    *finding_values.METRICS,
    *finding_clones.METRICS,
    *finding.METRICS,
    *chain.METRICS,
    *chain_part.METRICS,
    *coverage.METRICS,
)
# Tables of the mart that hold rows per ticket: what an incremental publish takes over or makes anew.
TICKET_TABLES = tuple(m.table for m in METRICS if m.public)
# Views of the mart; each reads tables, and views that stand before it.
MEASURES: tuple[Measure, ...] = ()
