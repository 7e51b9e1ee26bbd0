"""Every word of the domain in English and Chinese, as sentences say it."""

from collections.abc import Mapping

from strategy.domain.attempt import Purpose
from strategy.domain.calendar import Weekday
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.directive import CapKey
from strategy.domain.event import EventKind
from strategy.domain.outcome import Count, Outcome
from strategy.domain.script import Mention

Phrases = Mapping[str, tuple[str, str]]
"""Word of a rule file → (English, Chinese)."""

CHANNELS: Phrases = {
    "all": ("all contact", "所有触达"),
    "voice": ("calls", "电话"),
    Channel.AGENT_CALL: ("agent calls", "人工外呼"),
    Channel.ROBOT_CALL: ("robot calls", "机器人外呼"),
    Channel.SMS: ("sms", "短信"),
    Channel.PUSH: ("push messages", "推送"),
    Channel.EMAIL: ("e-mail", "邮件"),
    Channel.LETTER: ("letters", "信函"),
    Channel.VISIT: ("visits", "上门"),
}
OWNERS: Phrases = {
    Owner.DEBTOR: ("the debtor", "债务人"),
    Owner.GUARANTOR: ("a guarantor", "担保人"),
    Owner.CONTACT_PERSON: ("a contact person", "联系人"),
    Owner.UNKNOWN: ("an unknown person", "身份不明者"),
}
KINDS: Phrases = {
    ContactKind.MOBILE: ("mobile numbers", "手机"),
    ContactKind.HOME: ("home numbers", "住宅电话"),
    ContactKind.WORK: ("work numbers", "单位电话"),
    ContactKind.APP: ("the app", "应用"),
    ContactKind.EMAIL: ("e-mail addresses", "邮箱"),
    ContactKind.ADDRESS: ("postal addresses", "住址"),
}
COUNTS: Phrases = {
    Count.TOUCHES: ("touches", "触达"),
    Count.DIALS: ("dials", "拨打"),
    Count.CONNECTED: ("answered calls", "接通"),
    Count.CONVERSATIONS: ("conversations", "通话"),
}
KEYS: Phrases = {
    CapKey.PARTY: ("person", "人"),
    CapKey.ACCOUNT: ("account", "账户"),
    CapKey.PARTY_ACCOUNT: ("person and account", "人每账户"),
    CapKey.CONTACT_POINT: ("contact point", "号码"),
}
MENTIONS: Phrases = {
    Mention.AMOUNT: ("the amount", "金额"),
    Mention.DUE_DATE: ("the due date", "到期日"),
    Mention.PRODUCT: ("the product", "产品"),
    Mention.LENDER: ("the lender", "放贷方"),
}
PURPOSES: Phrases = {
    Purpose.COLLECTION: ("collection", "催收"),
    Purpose.SERVICE: ("service", "服务通知"),
    Purpose.LEGAL_NOTICE: ("legal notices", "法定通知"),
    Purpose.REQUESTED: ("requested contact", "应约联系"),
    Purpose.LOCATE: ("locating the debtor", "查询下落"),
}
WEEKDAYS: Phrases = {
    Weekday.MON: ("Monday", "周一"),
    Weekday.TUE: ("Tuesday", "周二"),
    Weekday.WED: ("Wednesday", "周三"),
    Weekday.THU: ("Thursday", "周四"),
    Weekday.FRI: ("Friday", "周五"),
    Weekday.SAT: ("Saturday", "周六"),
    Weekday.SUN: ("Sunday", "周日"),
}
OUTCOMES: Phrases = {
    Outcome.UNKNOWN: ("an unknown outcome", "结果未知"),
    Outcome.NOT_PLACED: ("no attempt", "未拨出"),
    Outcome.NO_ANSWER: ("no answer", "无人接听"),
    Outcome.BUSY: ("busy", "忙线"),
    Outcome.NOT_IN_SERVICE: ("not in service", "空号停机"),
    Outcome.VOICEMAIL: ("voicemail", "语音信箱"),
    Outcome.WRONG_PARTY: ("the wrong party", "非本人"),
    Outcome.DROPPED: ("a dropped call", "接通即断"),
    Outcome.DELIVERED: ("delivered", "送达"),
    Outcome.UNDELIVERED: ("not delivered", "未送达"),
    Outcome.RIGHT_PARTY_CONTACT: ("right party contact", "本人通话"),
    Outcome.PROMISE_TO_PAY: ("promise to pay", "承诺还款"),
    Outcome.REFUSED: ("refusal", "拒绝"),
    Outcome.DISPUTE: ("dispute", "争议"),
    Outcome.COMPLAINT: ("complaint", "投诉"),
    Outcome.ASKS_FOR_HELP: ("a call for help", "求助"),
}
EVENTS: Phrases = {
    EventKind.PAYMENT: ("payment", "还款"),
    EventKind.PROMISE: ("promise", "承诺"),
    EventKind.PROMISE_KEPT: ("promise kept", "履约"),
    EventKind.PROMISE_BROKEN: ("promise broken", "失约"),
    EventKind.DISPUTE: ("dispute", "争议"),
    EventKind.DISPUTE_ENDED: ("end of dispute", "争议结束"),
    EventKind.COMPLAINT: ("complaint", "投诉"),
    EventKind.COMPLAINT_ENDED: ("end of complaint", "投诉结束"),
    EventKind.HARDSHIP: ("hardship", "困难申报"),
    EventKind.HARDSHIP_ENDED: ("end of hardship", "困难结束"),
    EventKind.AGREEMENT: ("agreement", "协议签订"),
    EventKind.AGREEMENT_ENDED: ("end of agreement", "协议结束"),
    EventKind.ATTORNEY: ("attorney", "委托律师"),
    EventKind.ATTORNEY_ENDED: ("end of representation", "解除委托"),
    EventKind.CEASE: ("cease request", "停催请求"),
    EventKind.CEASE_ENDED: ("end of cease request", "停催撤回"),
    EventKind.DECEASED: ("death", "身故"),
    EventKind.BANKRUPTCY: ("bankruptcy", "破产"),
    EventKind.BANKRUPTCY_ENDED: ("end of bankruptcy", "破产终结"),
    EventKind.MORATORIUM: ("moratorium", "喘息期"),
    EventKind.MORATORIUM_ENDED: ("end of moratorium", "喘息期结束"),
    EventKind.INCAPACITY: ("incapacity", "失能"),
    EventKind.INCAPACITY_ENDED: ("end of incapacity", "恢复能力"),
    EventKind.BEREAVEMENT: ("bereavement", "丧亲"),
    EventKind.BEREAVEMENT_ENDED: ("end of bereavement", "丧期结束"),
    EventKind.DISASTER: ("disaster", "受灾"),
    EventKind.DISASTER_ENDED: ("end of disaster", "灾情结束"),
    EventKind.FRAUD: ("suspected fraud", "疑似欺诈"),
    EventKind.FRAUD_ENDED: ("end of suspicion", "欺诈排除"),
    EventKind.LOST_CONTACT: ("lost contact", "失联"),
    EventKind.LOST_CONTACT_ENDED: ("contact restored", "复联"),
    EventKind.DEBT_SOLD: ("sale of the debt", "债权转让"),
    EventKind.WRONG_NUMBER: ("wrong number", "号码错误"),
    EventKind.OPT_OUT: ("opt-out", "退订"),
    EventKind.OPT_IN: ("opt-in", "重新订阅"),
    EventKind.INBOUND_CONVERSATION: ("inbound conversation", "呼入通话"),
    EventKind.QUARANTINE: ("quarantine", "隔离"),
    EventKind.QUARANTINE_ENDED: ("end of quarantine", "隔离解除"),
}
COMPARISONS: Phrases = {
    "gt": ("is over", "大于"),
    "ge": ("is at least", "不少于"),
    "lt": ("is under", "小于"),
    "le": ("is at most", "不超过"),
    "eq": ("equals", "等于"),
    "ne": ("differs from", "不等于"),
}

TERMINALS: dict[str, Phrases] = {
    "CHANNEL": CHANNELS,
    "OWNER": OWNERS,
    "KIND": KINDS,
    "COUNT": COUNTS,
    "KEY": KEYS,
    "PURPOSE": PURPOSES,
    "MENTION": MENTIONS,
    "DAY": WEEKDAYS,
    "OUTCOME": {**EVENTS, **OUTCOMES},
    "COMPARE": COMPARISONS,
}
"""One terminal for each sort of word, so that a word of the wrong sort is a place, not a guess."""
