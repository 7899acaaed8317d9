//! 《产品质量法》第十七条: after a failed recheck or a term that was missed. Reported level by level, announced by the
//! province (never by the county), second recheck, suspension, third recheck, revocation by the competent authority.

use super::{Case, CaseRecheck, CaseRefused, CaseState};
use crate::deadline::second_recheck_window;
use jiff::civil::Date;

impl Case {
    /// RECHECK_FAILED or OVERDUE → ESCALATED (R18 第四十七条).
    ///
    /// # Errors
    /// Wrong state.
    pub fn escalate(mut self, on: Date) -> Result<Self, CaseRefused> {
        self.expect("逐级上报", &[CaseState::RecheckFailed, CaseState::Overdue])?;
        self.escalated_on = Some(on);
        self.state = CaseState::Escalated;
        Ok(self)
    }
    /// ESCALATED → ANNOUNCED: the province's announcement, its date entered here.
    ///
    /// # Errors
    /// Wrong state, a date before the report.
    pub fn announce(mut self, on: Date, today: Date) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记省级公告";
        self.expect(ACT, &[CaseState::Escalated])?;
        if self.escalated_on.is_some_and(|sent| on < sent) || on > today {
            return Err(CaseRefused::DateWrong {
                act: ACT, why: format!("公告日 {on} 早于上报日或晚于今天")
            });
        }
        self.announced_on = Some(on);
        self.state = CaseState::Announced;
        Ok(self)
    }
    /// ANNOUNCED → SECOND_RECHECK_DUE when the window opens (R18 第四十八条); `None` while it has not.
    pub fn open_window(mut self, today: Date) -> Option<Self> {
        let opened = self.announced_on.is_some_and(|on| today >= second_recheck_window(on).accepted_from);
        if self.state != CaseState::Announced || !opened {
            return None;
        }
        self.state = CaseState::SecondRecheckDue;
        Some(self)
    }
    /// Second recheck: sampled inside the window, or with a reason; its result moves the case.
    ///
    /// # Errors
    /// Wrong state, outside the window without reason, no sample or report.
    pub fn second_recheck(mut self, recheck: &CaseRecheck, today: Date) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记第二次复查";
        self.expect(ACT, &[CaseState::SecondRecheckDue, CaseState::Announced])?;
        self.check_sample(ACT, recheck, today)?;
        let Some(announced) = self.announced_on else {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "省级公告日期" });
        };
        let window = second_recheck_window(announced);
        let given = recheck.sampled_on;
        let inside = (window.accepted_from..=window.accepted_until).contains(&given);
        if !inside && recheck.reason.trim().is_empty() {
            return Err(CaseRefused::OutsideWindow { from: window.accepted_from, until: window.accepted_until, given });
        }
        let Some(passed) = recheck.passed else {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "复查结果" });
        };
        if recheck.report_number.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "复查检验报告编号" });
        }
        self.state = if passed { CaseState::SecondRecheckPassed } else { CaseState::SuspendedBusiness };
        Ok(self)
    }
    /// SUSPENDED_BUSINESS → THIRD_RECHECK: the term of suspension has ended, a sample was taken.
    ///
    /// # Errors
    /// Wrong state, no sample.
    pub fn third_recheck(mut self, recheck: &CaseRecheck, today: Date) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记整顿后复查";
        self.expect(ACT, &[CaseState::SuspendedBusiness])?;
        self.check_sample(ACT, recheck, today)?;
        self.state = CaseState::ThirdRecheck;
        Ok(self)
    }
    /// THIRD_RECHECK → passed, or REVOKED: the competent authority revokes the business licence (PQL 第十七条).
    ///
    /// # Errors
    /// Wrong state, no report or decision.
    pub fn third_result(mut self, passed: bool, report: &str) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记整顿后复查结果";
        self.expect(ACT, &[CaseState::ThirdRecheck])?;
        if report.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "检验报告编号" });
        }
        self.state = if passed { CaseState::SecondRecheckPassed } else { CaseState::Revoked };
        Ok(self)
    }
}
