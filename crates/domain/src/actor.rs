//! Who acts: roles of regulations §1.2 and the person who holds them for the length of one act.

use crate::{
    code_enum,
    ids::Id,
    organisation::{Organisation, OrganisationId, OrganisationKind, Tier},
};

/// Marker of user accounts.
#[derive(Debug)]
pub struct User;
/// Id of a user account.
pub type UserId = Id<User>;

code_enum! {
    /// Role of a user. Offices are rows, duties are code: a county may rename a section.
    pub enum Role {
        /// Drafts plans, schemes and registers.
        PlanEditor = "PLAN_EDITOR" => "计划编制人",
        /// Deputy head in charge: approves plans, orders, publications, extensions.
        PlanApprover = "PLAN_APPROVER" => "分管局领导",
        /// Prepares and freezes draws.
        DrawOperator = "DRAW_OPERATOR" => "抽取操作员",
        /// Second person of a draw: carries it out, confirms, proposes a void.
        DrawWitness = "DRAW_WITNESS" => "抽取监督员",
        /// Reads drawn names and releases them to the teams.
        Dispatcher = "DISPATCHER" => "派发员",
        /// Decides whether a draw is void; never the one who proposed it or prepared the draw.
        VoidApprover = "VOID_APPROVER" => "抽取作废批准人",
        /// Takes samples; sees own visits after release.
        Sampler = "SAMPLER" => "抽样人员",
        /// Receives, stores and hands over samples at the laboratory.
        LabReceiver = "LAB_RECEIVER" => "样品管理员",
        /// Enters item results.
        Tester = "TESTER" => "检验人员",
        /// Reviews reports (审核).
        LabReviewer = "LAB_REVIEWER" => "报告审核人",
        /// Signs reports (批准).
        LabSigner = "LAB_SIGNER" => "授权签字人",
        /// Confirms reports, issues notices, opens and dispatches cases.
        ResultManager = "RESULT_MANAGER" => "质量发展股经办",
        /// Verifies, serves and follows up in the station's own area.
        StationOfficer = "STATION_OFFICER" => "所经办人",
        /// Tracks all cases, closes them, reports upward.
        EnforcementOfficer = "ENFORCEMENT_OFFICER" => "执法二股经办",
        /// General office: issues document numbers, drafts and publishes.
        Publisher = "PUBLISHER" => "信息发布人",
        /// Secrecy review of publications.
        SecrecyReviewer = "SECRECY_REVIEWER" => "保密审查人",
        /// Superior authority, reads.
        SuperiorViewer = "SUPERIOR_VIEWER" => "上级查看",
        /// Superior authority, assigns cases and imports.
        SuperiorCoordinator = "SUPERIOR_COORDINATOR" => "上级交办",
        /// Discipline or audit: reads everything that is not secret to it, writes nothing.
        Auditor = "AUDITOR" => "监察审计",
        /// Operation, calendar, parameters. No business act.
        SystemAdministrator = "SYSTEM_ADMINISTRATOR" => "系统管理员",
        /// Accounts and roles. No business act.
        SecurityAdministrator = "SECURITY_ADMINISTRATOR" => "安全管理员",
        /// Journal and auditor accounts. No business act.
        AuditAdministrator = "AUDIT_ADMINISTRATOR" => "审计管理员",
    }
}

impl Role {
    /// The three administrators exclude each other and every business role (三员分立).
    pub const fn is_administrator(self) -> bool {
        matches!(self, Self::SystemAdministrator | Self::SecurityAdministrator | Self::AuditAdministrator)
    }
}

/// A person carrying out one act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Account.
    pub user_id: UserId,
    /// Name as shown on papers and timelines.
    pub name: String,
    /// Random name used in the journal instead of the person's.
    pub pseudonym: String,
    /// The organisation whose log this person's acts go to, and whose rows are the person's own.
    pub org_id: OrganisationId,
    /// Path of the node of the organisation tree below which the person sees rows (own ∪ below).
    pub scope_path: String,
    /// The node itself: a station for a station officer, the county for its sections, a laboratory for its staff.
    pub unit_id: OrganisationId,
    /// Name of that node, or of the section where the person sits.
    pub unit_name: String,
    /// What that node is.
    pub unit_kind: OrganisationKind,
    /// Its level, for regulators.
    pub unit_tier: Option<Tier>,
    /// Roles held.
    pub roles: Vec<Role>,
}

impl Actor {
    /// Whether the person holds a role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
    /// Whether a row of `owner`, in the hands of `unit` (a station, a laboratory) where one is named, lies in
    /// the person's scope: own ∪ below. A station sees the rows of its authority that are in no unit's hands,
    /// never those of another station.
    pub fn sees(&self, owner: &Organisation, unit: Option<&Organisation>) -> bool {
        let below = |node: &Organisation| node.path.starts_with(&self.scope_path);
        match unit {
            None => owner.id == self.org_id || below(owner),
            Some(unit) => below(unit) || below(owner),
        }
    }
}
