//! 遮蔽: what is taken out of a printed field before the public sees it (regulations §7.4). Decides how it is shown, not
//! whether: that is the reviewers' judgement, and their reason is kept.

use super::{PublicationEntry, PublicationEntryId};
use crate::{actor::UserId, code_enum, ids::Id, organisation::OrganisationId, time::Timestamp};

/// Id: One masked field.
pub type PublicationMaskId = Id<PublicationMask>;

code_enum! {
    /// A printed field that can hold what belongs to a person or is a secret.
    pub enum PublicField {
        /// 产品种类.
        Category = "CATEGORY" => "产品种类",
        /// 产品名称.
        ProductName = "PRODUCT_NAME" => "产品名称",
        /// 规格型号.
        Model = "MODEL" => "规格型号",
        /// 商标.
        Trademark = "TRADEMARK" => "商标",
        /// 生产日期/批号.
        BatchText = "BATCH_TEXT" => "生产日期/批号",
        /// 受检单位.
        SampledName = "SAMPLED_NAME" => "受检单位",
        /// 受检单位地址.
        SampledAddress = "SAMPLED_ADDRESS" => "受检单位地址",
        /// 标称生产单位.
        ProducerName = "PRODUCER_NAME" => "标称生产单位",
        /// 标称生产单位地址.
        ProducerAddress = "PRODUCER_ADDRESS" => "标称生产单位地址",
        /// 电商平台.
        Platform = "PLATFORM" => "电商平台",
        /// 不合格项目.
        FailedItems = "FAILED_ITEMS" => "不合格项目",
        /// 承检机构.
        LaboratoryName = "LABORATORY_NAME" => "承检机构",
        /// 备注.
        Remark = "REMARK" => "备注",
    }
}

impl PublicField {
    /// Its text in an entry.
    pub fn of(self, entry: &PublicationEntry) -> &str {
        match self {
            Self::Category => &entry.category,
            Self::ProductName => &entry.product_name,
            Self::Model => &entry.model,
            Self::Trademark => &entry.trademark,
            Self::BatchText => &entry.batch_text,
            Self::SampledName => &entry.sampled_name,
            Self::SampledAddress => &entry.sampled_address,
            Self::ProducerName => &entry.producer_name,
            Self::ProducerAddress => &entry.producer_address,
            Self::Platform => &entry.platform,
            Self::FailedItems => &entry.failed_items,
            Self::LaboratoryName => &entry.laboratory_name,
            Self::Remark => &entry.remark,
        }
    }
    /// The same to be changed.
    pub fn of_mut(self, entry: &mut PublicationEntry) -> &mut String {
        match self {
            Self::Category => &mut entry.category,
            Self::ProductName => &mut entry.product_name,
            Self::Model => &mut entry.model,
            Self::Trademark => &mut entry.trademark,
            Self::BatchText => &mut entry.batch_text,
            Self::SampledName => &mut entry.sampled_name,
            Self::SampledAddress => &mut entry.sampled_address,
            Self::ProducerName => &mut entry.producer_name,
            Self::ProducerAddress => &mut entry.producer_address,
            Self::Platform => &mut entry.platform,
            Self::FailedItems => &mut entry.failed_items,
            Self::LaboratoryName => &mut entry.laboratory_name,
            Self::Remark => &mut entry.remark,
        }
    }
}

code_enum! {
    /// What is taken out (OGI 第十五条: 商业秘密、个人隐私).
    pub enum MaskKind {
        /// 自然人姓名.
        Name = "NAME" => "自然人姓名（留姓，写作“某”）",
        /// 个人信息.
        Personal = "PERSONAL" => "个人信息（住址、电话、证件）",
        /// 商业秘密.
        Secret = "SECRET" => "商业秘密",
    }
}

impl MaskKind {
    /// The field as the public sees it: `part` of it, or all of it when `part` is empty, gives way to a word. `None` when
    /// there is nothing of the kind in it.
    pub fn shown(self, text: &str, part: &str) -> Option<String> {
        let part = if part.is_empty() { text } else { part };
        if part.is_empty() || !text.contains(part) {
            return None;
        }
        let word = match self {
            Self::Name => masked_name(part),
            Self::Personal => "（个人信息，不公开）".to_owned(),
            Self::Secret => "（商业秘密，不公开）".to_owned(),
        };
        Some(text.replace(part, &word))
    }
}

/// Surname and 某, for a natural person in a published text (regulations §7.4).
fn masked_name(name: &str) -> String {
    name.trim().chars().next().map(|surname| format!("{surname}某")).unwrap_or_default()
}

/// One masked field of an entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PublicationMask {
    /// Id.
    pub id: PublicationMaskId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Entry.
    pub entry_id: PublicationEntryId,
    /// Printed field.
    pub field: PublicField,
    /// What was taken out.
    pub kind: MaskKind,
    /// The words taken out.
    pub part: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub masked_by: UserId,
    /// When.
    pub created_at_us: Timestamp,
}
