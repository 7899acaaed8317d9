//! “同一产品”: which facts of two products must agree (regulations §6): producer, standard, trademark, model for 第八条;
//! enterprise and model for the county's notice. A fact that is not known is not taken as agreement.

use crate::{code_enum, enterprise::EnterpriseId, exchange::EarlierCheck, match_key::match_key};

code_enum! {
    /// Which key met.
    pub enum Key {
        /// 《暂行办法》第八条: the same product.
        Product = "PRODUCT" => "同一产品（生产者、执行标准、商标、规格型号均相同）",
        /// The notice, part three: the same enterprise's product of the same model.
        EnterpriseModel = "ENTERPRISE_MODEL" => "同一企业同一规格型号的产品",
    }
}

/// A product that is to be checked, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductFacts {
    /// Party where it would be sampled, when in the register.
    pub enterprise_id: Option<EnterpriseId>,
    /// match_key of its name.
    pub enterprise_key: String,
    /// Its code, empty when unknown.
    pub uscc: String,
    /// Product as written.
    pub product_name: String,
    /// Name of its category, empty when unknown.
    pub category: String,
    /// Labelled producer as written.
    pub producer_name: String,
    /// Declared standard as written, `/` when there is none, empty when not known.
    pub standard: String,
    /// Trademark, likewise.
    pub trademark: String,
    /// Model, likewise.
    pub model: String,
}

/// How a row of the history meets a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hit {
    /// Another firm or product.
    Other,
    /// The same product of another model.
    OtherModel,
    /// The row names a product and no firm.
    NoFirm,
    /// It may be the same; why that is not certain.
    Perhaps(String),
    /// Enterprise and model agree; what of the finer facts differs or is not known.
    EnterpriseModel { differing: Vec<&'static str>, unknown: Vec<&'static str> },
    /// All facts agree.
    Product,
}

/// Whether two facts agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    Same,
    Different,
    Unknown,
}

/// A fact of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    /// Not recorded.
    Unknown,
    /// Recorded as absent: `/`, 无.
    Nothing,
    /// Recorded.
    Is(String),
}

impl Fact {
    pub(super) fn of(text: &str) -> Self {
        let key = match_key(text);
        match text.trim() {
            "" | "不详" => Self::Unknown,
            _ if key.is_empty() => Self::Nothing,
            _ => Self::Is(key),
        }
    }
    pub(super) fn agrees(&self, other: &Self) -> Agreement {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Agreement::Unknown,
            (a, b) if a == b => Agreement::Same,
            _ => Agreement::Different,
        }
    }
}

/// Whether two names can mean one product: equal, or one contains the other (内墙涂料, 合成树脂乳液内墙涂料).
pub(super) fn products_agree(ours: &[&str], theirs: &[&str]) -> Agreement {
    let keys = |names: &[&str]| -> Vec<String> {
        names.iter().map(|name| match_key(name)).filter(|key| !key.is_empty()).collect()
    };
    let (ours, theirs) = (keys(ours), keys(theirs));
    if ours.is_empty() || theirs.is_empty() {
        return Agreement::Unknown;
    }
    let near = |a: &str, b: &str| a == b || (a.chars().count() > 1 && b.contains(a));
    let same = ours.iter().any(|a| theirs.iter().any(|b| near(a, b) || near(b, a)));
    if same { Agreement::Same } else { Agreement::Different }
}

/// Whether the sampled party of a row is this firm.
pub(super) fn same_party(id: Option<EnterpriseId>, uscc: &str, key: &str, check: &EarlierCheck) -> Agreement {
    if id.is_some() && check.enterprise_id == id {
        return Agreement::Same;
    }
    let code = |text: &str| match_key(text).to_uppercase();
    match (code(uscc), code(&check.uscc)) {
        (ours, theirs) if !ours.is_empty() && !theirs.is_empty() => {
            if ours == theirs {
                Agreement::Same
            } else {
                Agreement::Different
            }
        }
        _ if key.is_empty() || check.enterprise_key.is_empty() => Agreement::Unknown,
        _ if key == check.enterprise_key => Agreement::Same,
        _ => Agreement::Different,
    }
}

pub(super) fn meet(product: &ProductFacts, check: &EarlierCheck) -> Hit {
    let named = products_agree(&[&product.product_name, &product.category], &[&check.product_name, &check.category]);
    let producer = Fact::of(&product.producer_name).agrees(&Fact::of(&check.producer_name));
    let party = same_party(product.enterprise_id, &product.uscc, &product.enterprise_key, check);
    let no_firm = check.enterprise_id.is_none()
        && check.uscc.trim().is_empty()
        && check.enterprise_key.is_empty()
        && Fact::of(&check.producer_name) == Fact::Unknown;
    if no_firm {
        return if named == Agreement::Same { Hit::NoFirm } else { Hit::Other };
    }
    let same_firm = producer == Agreement::Same || party == Agreement::Same;
    if !same_firm || producer == Agreement::Different {
        return Hit::Other;
    }
    let (ours, theirs) = (Fact::of(&product.model), Fact::of(&check.model));
    match (ours.agrees(&theirs), named) {
        (Agreement::Different, Agreement::Same) => Hit::OtherModel,
        (Agreement::Different, _) => Hit::Other,
        (Agreement::Unknown, Agreement::Different) => Hit::Other,
        (Agreement::Unknown, _) if theirs == Fact::Unknown => Hit::Perhaps("前次没有记载规格型号".to_owned()),
        (Agreement::Unknown, _) => Hit::Perhaps("本次规格型号尚未填写".to_owned()),
        (Agreement::Same, Agreement::Different) if ours == Fact::Nothing => Hit::Other,
        (Agreement::Same, Agreement::Different) => {
            let (a, b) = (product.product_name.trim(), check.product_name.trim());
            Hit::Perhaps(format!("规格型号相同而产品名称不同（本次“{a}”，前次“{b}”）"))
        }
        (Agreement::Same, _) => {
            let finer = [
                ("生产者", producer),
                ("商标", Fact::of(&product.trademark).agrees(&Fact::of(&check.trademark))),
                ("执行标准", Fact::of(&product.standard).agrees(&Fact::of(&check.standard))),
            ];
            let those = |wanted: Agreement| -> Vec<&'static str> {
                finer.iter().filter(|(_, agreement)| *agreement == wanted).map(|(name, _)| *name).collect()
            };
            let (differing, unknown) = (those(Agreement::Different), those(Agreement::Unknown));
            if differing.is_empty() && unknown.is_empty() {
                Hit::Product
            } else {
                Hit::EnterpriseModel { differing, unknown }
            }
        }
    }
}
