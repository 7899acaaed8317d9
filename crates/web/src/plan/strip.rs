//! Where a task stands among the eight stages, counted from its batches: what is half done says how far, and nothing is
//! shown as done while its batches are open. Counts only; names nobody.

use crate::components::thing::StageState;
use hengjian_app::plan::reading::TaskView;
use hengjian_domain::{
    code::Code,
    plan::{Progress, TaskState},
};

/// How far one stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Far {
    Untouched,
    Begun,
    Done,
}

/// What the strip is counted from.
struct Counted {
    state: TaskState,
    batches: i64,
    progress: Progress,
    objections_open: i64,
    published: i64,
}

/// The strip of a task.
pub(super) fn stages(view: &TaskView) -> [(StageState, String); 8] {
    let task = &view.task;
    let suspended = task.state == TaskState::Suspended;
    let counted = Counted {
        state: if suspended { task.state_before_suspension.unwrap_or(task.state) } else { task.state },
        batches: task.batches,
        progress: view.progress,
        objections_open: view.objections_open,
        published: view.published,
    };
    shown(counted.stages(), counted.state, task.state)
}

/// The stage that the task's state names, while it is not done; else the next that is not.
const fn place_of(state: TaskState) -> usize {
    match state {
        TaskState::Commissioned => 1,
        TaskState::Ready | TaskState::Sampling => 2,
        TaskState::Testing => 3,
        TaskState::ResultConfirm => 4,
        TaskState::PostHandling | TaskState::Closed => 5,
        _ => 0,
    }
}

/// Where the task stands, and before and after it what is begun and not done.
fn shown(stages: [(Far, String); 8], under: TaskState, state: TaskState) -> [(StageState, String); 8] {
    let open = |from: usize| (from..stages.len()).find(|place| stages[*place].0 != Far::Done);
    let here = open(place_of(under)).or(open(0)).filter(|_| state != TaskState::Cancelled);
    let mut place = 0;
    stages.map(|(far, words)| {
        let at = place;
        place += 1;
        match far {
            Far::Done => (StageState::Past, words),
            _ if here == Some(at) => {
                (StageState::Here, if words.is_empty() { state.title().to_owned() } else { words })
            }
            Far::Begun => (StageState::Begun, words),
            Far::Untouched => (StageState::Ahead, words),
        }
    })
}

impl Counted {
    fn stages(&self) -> [(Far, String); 8] {
        let p = &self.progress;
        let done_if = |done: bool, begun: bool| match (done, begun) {
            (true, _) => Far::Done,
            (false, true) => Far::Begun,
            (false, false) => Far::Untouched,
        };
        let of = |part: i64, whole: i64, unit: &str| format!("{part} / {whole} {unit}");
        let (planned, plan_words) = match self.state {
            TaskState::Draft | TaskState::RulesReady | TaskState::RulesPublished => {
                (Far::Begun, self.state.title().to_owned())
            }
            TaskState::Cancelled => (Far::Begun, self.state.title().to_owned()),
            _ => (Far::Done, "已完成".to_owned()),
        };
        let drawn = done_if(p.draws_closed > 0 && p.draws_open == 0, p.draws_open > 0);
        let draw_words = match drawn {
            Far::Done => "已完成",
            Far::Begun if p.visits > 0 => "已派发，还可递补",
            Far::Begun => "办理中",
            Far::Untouched => "",
        };
        // A task that went on without all its batches has written the rest off.
        let went_on = matches!(self.state, TaskState::Testing | TaskState::ResultConfirm)
            || matches!(self.state, TaskState::PostHandling | TaskState::Closed);
        let sampling_done = p.visits_open == 0 && (went_on || (p.sampled > 0 && p.sampled >= self.batches));
        let sampled = done_if(sampling_done, p.visits > 0 || p.sampled > 0);
        let sampled_words = match sampled {
            Far::Untouched => String::new(),
            Far::Done if p.sampled < self.batches => format!("{}，其余核销", of(p.sampled, self.batches, "批")),
            _ => of(p.sampled, self.batches, "批"),
        };
        let reported = p.reports_confirmed + p.reports_unconfirmed;
        let testing_done = sampling_done && p.sampled > 0 && p.reports_open == 0 && p.reports_unconfirmed == 0;
        let tested = done_if(testing_done, reported > 0);
        let tested_words =
            if p.sampled > 0 { format!("确认 {}", of(p.reports_confirmed, p.sampled, "份")) } else { String::new() };
        let told = p.reports_confirmed - p.notices_missing;
        let objection_done = testing_done && p.notices_missing == 0 && self.objections_open == 0;
        let objected = done_if(objection_done, told > 0);
        let objected_words = match (p.reports_confirmed, self.objections_open) {
            (0, _) => String::new(),
            (_, open) if open > 0 => format!("{open} 件可提或未结"),
            (confirmed, _) => format!("通知 {}", of(told, confirmed, "份")),
        };
        let handled = done_if(objection_done && p.cases_open == 0, p.cases > 0);
        let handled_words = match p.cases {
            0 if handled == Far::Done => "没有".to_owned(),
            0 => String::new(),
            cases => format!("办结 {}", of(cases - p.cases_open, cases, "件")),
        };
        let public = done_if(
            testing_done && p.reports_confirmed > 0 && self.published >= p.reports_confirmed,
            self.published > 0,
        );
        let public_words =
            if self.published > 0 { of(self.published, p.reports_confirmed, "批") } else { String::new() };
        let counted = done_if(public == Far::Done && handled == Far::Done && self.state == TaskState::Closed, false);
        let counted_words = if counted == Far::Done { "已计入".to_owned() } else { String::new() };
        [
            (planned, plan_words),
            (drawn, draw_words.to_owned()),
            (sampled, sampled_words),
            (tested, tested_words),
            (objected, objected_words),
            (handled, handled_words),
            (public, public_words),
            (counted, counted_words),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use StageState::{Ahead, Begun, Here, Past};

    fn strip(state: TaskState, batches: i64, progress: Progress, published: i64) -> Vec<(StageState, String)> {
        let counted = Counted { state, batches, progress, objections_open: 0, published };
        shown(counted.stages(), state, state).to_vec()
    }

    /// Three of five batches: sampling says so and is not done, whatever else has begun, a publication too.
    #[test]
    fn what_is_half_done_says_how_far() {
        let progress = Progress {
            visits: 5,
            visits_open: 2,
            sampled: 3,
            draws_open: 1,
            reports_open: 1,
            reports_confirmed: 2,
            ..Progress::default()
        };
        let strip = strip(TaskState::Sampling, 5, progress, 2);
        let states: Vec<StageState> = strip.iter().map(|(state, _)| *state).collect();
        assert_eq!(states, [Past, Begun, Here, Begun, Begun, Ahead, Begun, Ahead]);
        assert_eq!(strip[2].1, "3 / 5 批");
        assert_eq!(strip[3].1, "确认 2 / 3 份");
        assert_eq!(strip[6].1, "2 / 2 批");
    }

    #[test]
    fn a_closed_task_is_done_only_where_its_batches_are() {
        let whole =
            Progress { visits: 5, sampled: 4, draws_closed: 1, reports_confirmed: 4, cases: 1, ..Progress::default() };
        let of = |progress, published| strip(TaskState::Closed, 5, progress, published);
        assert!(of(whole, 4).iter().all(|(state, _)| *state == Past), "{:?}", of(whole, 4));
        assert_eq!(of(whole, 4)[2].1, "4 / 5 批，其余核销");
        assert_eq!(of(whole, 3)[6], (Here, "3 / 4 批".to_owned()));
        // Nothing is published as done while a visit is open.
        let open = Progress { visits_open: 1, ..whole };
        assert_eq!(of(open, 4)[2].0, Begun);
        assert_ne!(of(open, 4)[6].0, Past);
    }

    #[test]
    fn before_the_draw_the_plan_says_where_it_is() {
        let strip = strip(TaskState::RulesReady, 5, Progress::default(), 0);
        assert_eq!(strip[0], (Here, TaskState::RulesReady.title().to_owned()));
        assert!(strip[1..].iter().all(|(state, words)| *state == Ahead && words.is_empty()));
    }
}
