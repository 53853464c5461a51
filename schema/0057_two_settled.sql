-- What was settled of an alarm by one visit is settled by each tube's own: two labels in one view may be of two (clinic/visit_answer.sql).

drop function if exists clinic.alarm_settle(clinic.actor, clinic.alarm, clinic.visit, text);
