//! The six-month question for plan, roster and visit: fetches the earlier checks that could block and lets
//! `domain::no_repeat` answer. Shared by three stages, so that the answer is given in one place.
