//! A plan from review to archive. Each decision keeps the plan as it stood, says what happened, and hands it on.
