//! Who may do what: one table of actions × roles, deny by default.
//!
//! The scope of every action is own ∪ below ([`crate::actor::Actor::sees`]); separation of duties that
//! depends on the row (approver ≠ drafter, sampler ≠ tester …) is a guard of the stage concerned.
//! The expected matrix is written by hand in `tests/` and compared over HTTP.

use crate::actor::{Actor, Role};
use Role::*;

/// Staff of the bureau and of its superiors who read the course of a spot check.
const READERS: &[Role] = &[
    PlanEditor,
    PlanApprover,
    DrawOperator,
    DrawWitness,
    Dispatcher,
    ResultManager,
    StationOfficer,
    EnforcementOfficer,
    Publisher,
    SecrecyReviewer,
    SuperiorViewer,
    SuperiorCoordinator,
    Auditor,
];
/// The same and the laboratory's staff.
const READERS_AND_LABORATORY: &[Role] = &[
    PlanEditor,
    PlanApprover,
    ResultManager,
    StationOfficer,
    EnforcementOfficer,
    Publisher,
    SecrecyReviewer,
    SuperiorViewer,
    SuperiorCoordinator,
    Auditor,
    LabReceiver,
    Tester,
    LabReviewer,
    LabSigner,
];

macro_rules! actions {
    ($($(#[$meta:meta])* $variant:ident = $code:literal => $title:literal : $roles:expr;)+) => {
        /// An act or a view that a role may be allowed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$meta])* $variant),+ }
        impl Action {
            /// All actions, stage by stage.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Stable code, `area.act`.
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            /// Chinese title.
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $title),+ } }
            /// Roles that may.
            pub const fn roles(self) -> &'static [Role] { match self { $(Self::$variant => $roles),+ } }
        }
    };
}

actions! {
    // everyone
    /// Own account, own work list, calculators, the style page.
    Own = "account.own" => "本人账号与待办": Role::ALL_ROLES;
    // registers
    /// Enterprises, products, laboratories, people, rules.
    RegisterRead = "register.read" => "查看登记库": &[PlanEditor, PlanApprover, DrawOperator, DrawWitness, Dispatcher, ResultManager, StationOfficer, EnforcementOfficer, Publisher, SecrecyReviewer, SuperiorViewer, SuperiorCoordinator, Auditor, Sampler];
    /// Enter and change enterprises.
    EnterpriseEdit = "register.enterprise_edit" => "登记市场主体": &[PlanEditor, ResultManager, StationOfficer];
    /// Enter and change product categories, laboratories, samplers, rules.
    RegisterEdit = "register.edit" => "维护产品、机构、人员和细则": &[PlanEditor];
    // plan
    /// See the title.
    PlanRead = "plan.read" => "查看抽查计划": READERS;
    /// 编制抽查计划.
    PlanEdit = "plan.edit" => "编制抽查计划": &[PlanEditor];
    /// 审批抽查计划.
    PlanApprove = "plan.approve" => "审批抽查计划": &[PlanApprover];
    /// 印发抽查计划.
    PlanIssue = "plan.issue" => "印发抽查计划": &[Publisher];
    /// 登记计划备案.
    PlanFile = "plan.file" => "登记计划备案": &[ResultManager];
    /// 编制抽查方案.
    TaskEdit = "plan.task_edit" => "编制抽查方案": &[PlanEditor];
    /// 公开实施细则.
    TaskPublishRules = "plan.task_publish_rules" => "公开实施细则": &[Publisher];
    /// 登记委托.
    TaskCommission = "plan.task_commission" => "登记委托": &[ResultManager];
    /// 暂停或取消任务.
    TaskSuspend = "plan.task_suspend" => "暂停或取消任务": &[PlanApprover];
    /// 结果确认与任务办结.
    TaskClose = "plan.task_close" => "结果确认与任务办结": &[ResultManager];
    // draw
    /// 查看抽取进度.
    DrawRead = "draw.read" => "查看抽取进度": &[DrawOperator, DrawWitness, Dispatcher, VoidApprover, PlanEditor, PlanApprover, ResultManager, Auditor, SuperiorViewer];
    /// 准备和冻结名录.
    DrawPrepare = "draw.prepare" => "准备和冻结名录": &[DrawOperator];
    /// 执行并确认抽取.
    DrawExecute = "draw.execute" => "执行并确认抽取": &[DrawWitness];
    /// 提出作废抽取.
    DrawVoid = "draw.void" => "提出作废抽取": &[DrawWitness];
    /// 批准作废抽取.
    DrawVoidDecide = "draw.void_decide" => "批准作废抽取": &[VoidApprover];
    /// Read drawn names before the close: the dispatcher of that draw alone.
    DrawDispatch = "draw.dispatch" => "查看中签名单并派发": &[Dispatcher];
    /// 按序递补.
    DrawReplace = "draw.replace" => "按序递补": &[DrawOperator];
    // sampling
    /// Released visits: own team; bureau staff only after the visit has begun.
    VisitRead = "sampling.visit_read" => "查看抽样任务": &[Sampler, Dispatcher, PlanEditor, PlanApprover, ResultManager, StationOfficer, EnforcementOfficer, Auditor, SuperiorViewer];
    /// 现场抽样.
    VisitCarryOut = "sampling.carry_out" => "现场抽样": &[Sampler];
    /// 审核抽样单.
    VisitReview = "sampling.review" => "审核抽样单": &[ResultManager];
    /// 查看样品.
    SampleRead = "sampling.sample_read" => "查看样品": &[Sampler, PlanEditor, PlanApprover, ResultManager, StationOfficer, EnforcementOfficer, Auditor, SuperiorViewer, LabReceiver, Tester, LabReviewer, LabSigner];
    /// 样品流转.
    SampleMove = "sampling.sample_move" => "样品流转": &[Sampler, LabReceiver, ResultManager];
    /// 申请退样或处置.
    SampleDispose = "sampling.sample_dispose" => "申请退样或处置": &[ResultManager];
    /// 批准退样或处置.
    SampleDisposeApprove = "sampling.sample_dispose_approve" => "批准退样或处置": &[PlanApprover];
    // testing
    /// 查看检验.
    InspectionRead = "testing.read" => "查看检验": READERS_AND_LABORATORY;
    /// 接收或拒收样品.
    InspectionReceive = "testing.receive" => "接收或拒收样品": &[LabReceiver];
    /// 录入检验结果.
    InspectionTest = "testing.test" => "录入检验结果": &[Tester];
    /// 审核检验报告.
    InspectionReview = "testing.review" => "审核检验报告": &[LabReviewer];
    /// 批准检验报告.
    InspectionSign = "testing.sign" => "批准检验报告": &[LabSigner];
    /// 确认检验报告.
    ReportConfirm = "testing.confirm" => "确认检验报告": &[ResultManager];
    /// 登记外来检验报告.
    ReportRegister = "testing.register" => "登记外来检验报告": &[ResultManager];
    /// 提交问题报告.
    ProblemReport = "testing.problem" => "提交问题报告": &[Sampler, LabReceiver, Tester, LabReviewer, LabSigner, ResultManager];
    // objection
    /// 查看结果通知.
    NoticeRead = "objection.notice_read" => "查看结果通知": READERS;
    /// 出具结果通知.
    NoticeIssue = "objection.notice_issue" => "出具结果通知": &[ResultManager];
    /// 登记送达.
    NoticeServe = "objection.notice_serve" => "登记送达": &[ResultManager, StationOfficer];
    /// 查看异议复检.
    ObjectionRead = "objection.read" => "查看异议复检": READERS;
    /// 登记异议.
    ObjectionRegister = "objection.register" => "登记异议": &[ResultManager, StationOfficer];
    /// 办理异议复检.
    ObjectionHandle = "objection.handle" => "办理异议复检": &[ResultManager];
    // follow-up
    /// 查看后处理.
    CaseRead = "follow_up.read" => "查看后处理": READERS;
    /// 立后处理案.
    CaseOpen = "follow_up.open" => "立后处理案": &[ResultManager, SuperiorCoordinator];
    /// 分派和移送.
    CaseDispatch = "follow_up.dispatch" => "分派和移送": &[ResultManager];
    /// 核查处置.
    CaseHandle = "follow_up.handle" => "核查处置": &[StationOfficer];
    /// 批准责令改正和免除.
    CaseApprove = "follow_up.approve" => "批准责令改正和免除": &[PlanApprover];
    /// 上报与公告登记.
    CaseReport = "follow_up.report" => "上报与公告登记": &[EnforcementOfficer];
    /// 确认结案.
    CaseClose = "follow_up.close" => "确认结案": &[EnforcementOfficer];
    // publication
    /// 查看公布稿.
    PublicationRead = "publication.read" => "查看公布稿": READERS;
    /// 起草和发布公布稿.
    PublicationDraft = "publication.draft" => "起草和发布公布稿": &[Publisher];
    /// 业务审核.
    PublicationBusinessReview = "publication.business_review" => "业务审核": &[ResultManager, Publisher];
    /// 保密审查.
    PublicationSecrecyReview = "publication.secrecy_review" => "保密审查": &[SecrecyReviewer];
    /// 批准公布.
    PublicationApprove = "publication.approve" => "批准公布": &[PlanApprover];
    // statistics
    /// 查看统计.
    StatisticsRead = "statistics.read" => "查看统计": READERS;
    // putting right
    /// 查看更正.
    CorrectionRead = "correction.read" => "查看更正": &[PlanEditor, PlanApprover, DrawOperator, DrawWitness, Dispatcher, ResultManager, StationOfficer, EnforcementOfficer, Publisher, SecrecyReviewer, SuperiorViewer, SuperiorCoordinator, Auditor, Sampler];
    /// 提出更正; the sampler too, for the record signed on site (regulations §2.4, correction after SIGNED).
    CorrectionPropose = "correction.propose" => "提出更正": &[PlanEditor, ResultManager, StationOfficer, EnforcementOfficer, Publisher, Sampler];
    /// 同意更正.
    CorrectionAgree = "correction.agree" => "同意更正": &[PlanApprover];
    // import
    /// 查看导入.
    ImportRead = "import.read" => "查看导入": &[PlanEditor, ResultManager, StationOfficer, SuperiorCoordinator, SystemAdministrator, Auditor];
    /// Plans, enterprises, rules, products, results.
    ImportBusiness = "import.business" => "导入业务表格": &[PlanEditor, ResultManager];
    /// Cases handed down.
    ImportAssignments = "import.assignments" => "导入交办案件": &[ResultManager, SuperiorCoordinator];
    /// Divisions and holidays.
    ImportReference = "import.reference" => "导入行政区划和节假日": &[SystemAdministrator];
    // administration
    /// 管理账号与角色.
    UserManage = "admin.users" => "管理账号与角色": &[SecurityAdministrator];
    /// 管理审计账号.
    AuditorManage = "admin.auditors" => "管理审计账号": &[AuditAdministrator];
    /// 管理机构、辖区和参数.
    OrganisationManage = "admin.organisations" => "管理机构、辖区和参数": &[SystemAdministrator];
    /// 查看操作记录.
    JournalRead = "admin.journal" => "查看操作记录": &[AuditAdministrator, Auditor];
}

impl Role {
    /// All roles, as a constant slice for the table above.
    pub const ALL_ROLES: &'static [Self] = <Self as crate::code::Code>::ALL;
}

impl Action {
    /// Whether the person holds a role that may. The row's scope and the stage's guards come on top.
    pub fn allowed_to(self, actor: &Actor) -> bool {
        self.roles().iter().any(|role| actor.has(*role))
    }
    /// Chinese names of the roles that may, for the sentence that explains a refusal.
    pub fn role_titles(self) -> String {
        use crate::code::Code;
        self.roles().iter().map(|role| role.title()).collect::<Vec<_>>().join("、")
    }
}
