//! A county in a box: invented people, enterprises and a year in progress, built through the same use cases as
//! real work. Exists only in a demonstration; nobody in it is real.

use hengjian_domain::{actor::Role, code::Code};

/// Password of every demonstration account.
pub const PASSWORD: &str = "Demo-2021-hengjian";

/// An account of the demonstration.
#[derive(Debug, Clone, Copy)]
pub struct DemoAccount {
    /// Login name.
    pub login: &'static str,
    /// Invented name.
    pub name: &'static str,
    /// Unit: key of [`UNITS`].
    pub unit: &'static str,
    /// Roles.
    pub roles: &'static [Role],
}

impl DemoAccount {
    /// Roles in words.
    pub fn roles_text(&self) -> String {
        self.roles.iter().map(|role| role.title()).collect::<Vec<_>>().join("、")
    }
}

const fn account(login: &'static str, name: &'static str, unit: &'static str, roles: &'static [Role]) -> DemoAccount {
    DemoAccount { login, name, unit, roles }
}

/// Accounts, one for each duty and some people with two.
pub const ACCOUNTS: &[DemoAccount] = &[
    account("plan", "凌知远", "quality", &[Role::PlanEditor]),
    account("leader", "云怀谷", "county", &[Role::PlanApprover]),
    account("draw", "闻溪亭", "quality", &[Role::DrawOperator]),
    account("witness", "石映泉", "county", &[Role::DrawWitness]),
    account("dispatch", "蓝疏桐", "quality", &[Role::Dispatcher]),
    account("sampler1", "岳听松", "quality", &[Role::Sampler]),
    account("sampler2", "江晚舟", "quality", &[Role::Sampler]),
    account("sampler3", "桑若野", "quality", &[Role::Sampler]),
    account("receive", "温砚秋", "laboratory", &[Role::LabReceiver]),
    account("test", "严竹影", "laboratory", &[Role::Tester]),
    account("review", "柏青岚", "laboratory", &[Role::LabReviewer]),
    account("sign", "顾长汀", "laboratory", &[Role::LabSigner]),
    account("result", "冯见微", "quality", &[Role::ResultManager]),
    account("station1", "盘溪禾", "station1", &[Role::StationOfficer]),
    account("station2", "邓岭青", "station2", &[Role::StationOfficer]),
    account("enforce", "赵归棠", "enforcement", &[Role::EnforcementOfficer]),
    account("publish", "许南枝", "office", &[Role::Publisher]),
    account("secrecy", "沈不言", "office", &[Role::SecrecyReviewer]),
    account("superior", "韩照野", "city", &[Role::SuperiorViewer]),
    account("assign", "陆行舟", "city", &[Role::SuperiorCoordinator]),
    account("audit", "钟明渊", "county", &[Role::Auditor]),
    account("system", "管云起", "county", &[Role::SystemAdministrator]),
    account("security", "安守静", "county", &[Role::SecurityAdministrator]),
    account("audit-admin", "史照壁", "county", &[Role::AuditAdministrator]),
];
