"""What each column of the mart is to a reader who may not see everything. What is not named here is not shown.

A word is a column, with what it is after a colon; without one it is shown to everybody.

- `key`: the key of the row's ticket, or made from it: not of a hidden ticket;
- `text`: somebody's words on the row's ticket: not of a hidden one, and keys of hidden projects are replaced in it;
- `keys`: a list of keys of several tickets: those of hidden projects are replaced;
- `note`: for the desk itself, and may name people: as `text`, and not for those who see pseudonyms;
- `person`: somebody's name: not of a hidden ticket, and a pseudonym for those who see pseudonyms;
- `unit`: what a field of the row's ticket says of who works at its line: shown as `ticket` shows that field;
- `never`: not shown from this table: a ticket's key comes from `ticket`, without a join for each of millions of rows.

A new table of the mart is a line here. `ticket_id` ties its rows to their tickets; where a table has `restricted` and
`project` of its own, these are asked instead. `restricted` then says whether the ticket is hidden from the reader.
"""

TABLES = {
    "ticket": "ticket_id source key:key project url:key type summary:text status status_since phase priority relevance "
    "service service_element:text service_version:text category:text channel provider assignee:person reporter:person "
    "created_at updated_at first_resolved_at resolved_at closed_at reopenings eta score scored_at esa_arb esa_cab "
    "interface restricted created_month resolved_month",
    "ticket_field": "ticket_id key:never field value:text",
    "interval": "ticket_id key:never seq status phase entered_at left_at working_seconds seconds_before",
    "clock": "ticket_id key:key clock started_at start_basis stopped_at working_seconds paused_seconds goal_seconds "
    "due_at state alerts_passed next_alert_at implied seconds_before_stop stopped_month project service type priority "
    "provider restricted goal",
    "goal_missed": "ticket_id key:key clock month phase status status_seconds used_seconds goal_seconds over_seconds",
    "eta": "ticket_id key:key seq set_at set_by:person eta revision after_expiry previous_eta set_month after_delivery",
    "eta_outcome": "ticket_id key:key delivered_at initial_eta agreed_eta band days_late delivered_month project service "
    "type priority provider restricted",
    "finding": "ticket_id key:key rule since detail:note",
    "chain": "ticket_id root_key:key keys:keys",
    "chain_part": "ticket_id root_key:key part seconds working_seconds",
    "chain_span": "ticket_id key:key closed_month tickets seconds working_seconds desk_seconds champion_seconds "
    "provider_seconds pass_on_seconds user_seconds confirmation_seconds desk_working_seconds champion_working_seconds "
    "provider_working_seconds pass_on_working_seconds user_working_seconds confirmation_working_seconds project service "
    "type priority provider restricted",
    "handover": "ticket_id key:key seq handed_at from_person:person to_person:person by_person:person",
    "score": "ticket_id key:key seq set_at set_by:person score raw:text previous:text changed valid standing basis set_month "
    "project resolved_month",
    "flow_event": "ticket_id key:never seq event happened_at day month delta_open delta_unresolved standing",
    "line_stay": "ticket_id key:never seq line unit:unit from_line arrived_at left_at ended working_seconds line_seconds "
    "responded_at response_seconds ola_seconds response arrived_month left_month",
    "stage_stay": "ticket_id key:never seq stage place dropped entered_at left_at next_stage seconds",
    "source_sla": "ticket_id key:key clock cycle started_at stopped_at breach_at breached goal_seconds elapsed_seconds",
    "reconcile": "ticket_id key:key clock ours_started_at theirs_started_at ours_stopped_at theirs_stopped_at "
    "ours_seconds theirs_seconds ours_goal_seconds theirs_goal_seconds cycles class detail:text restricted",
    "coverage": "source check checked failed detail:note",
    "coverage_item": "ticket_id key:key source check detail:note project restricted",
    "sync_run": "run source full_pull started_at ended_at fetched changed unchanged incomplete deleted rejected "
    "requests retries outcome",
    "calendar_day": "calendar day kind name opens_at closes_at open_seconds seconds_before begins_at ends_at week month",
    "goal_rule": "goal clock project type channel provider goal_seconds rule valid_from valid_to",
    "alert_rule": "goal clock project type channel provider n threshold_seconds action rule",
    "clock_rule": "clock rule",
    "status_rule": "status kind",
    "finding_rule": "rule title section says historical",
    "line_rule": "place line unit_field",
    "ola_rule": "line unit ola_seconds rule valid_from valid_to",
    "on_hold_status": "status",
    "stage_rule": "place stage dropped field",
    "board_rule": "board place title rule project flag",
    "priority_rule": "priority place",
    "group_day": "provider hours day kind name opens_at closes_at begins_at ends_at",
    "step_rule": "place step rule project side status",
    "major_rule": "field value review_field rule",
    "satisfaction_rule": "project",
    "deployment": "product since deployed",
    "hidden_project": "project role",
    "meta": "as_of published_at profile profile_hash store_version code_version tickets excluded zone nwd_seconds "
    "seconds_before known_at",
}
KINDS = ("", "key", "text", "keys", "note", "person", "unit", "never")


def columns(table: str) -> dict[str, str]:
    """The columns of a table with what they are; empty for a table that is not named here."""
    words = (word.partition(":") for word in TABLES.get(table, "").split())
    return {name: kind for name, _, kind in words}
