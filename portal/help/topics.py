"""Which questions does the help answer, how are they grouped, by which words are they known, and what can be done after each?

The answers are templates, one a topic, named by its slug. Knows no figures.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.help import rules, ways
from portal.help.ways import Way


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Topic:
    """One question. ``words`` are what people type who look for it, in both languages; ``rules`` is what the answer rests on."""

    slug: str
    question: Promise
    words: str
    rules: tuple[Promise, ...]
    ways: tuple[Way, ...]

    @property
    def sources(self) -> str:
        """The rules as one text, in the reader's language."""
        return gettext("; ").join(str(rule) for rule in self.rules)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Topics that belong together, in the order in which they are shown."""

    slug: str
    title: Promise
    topics: tuple[Topic, ...]


GROUPS = (
    Group(
        "before",
        _("Before you decide"),
        (
            Topic(
                slug="should-i-ask",
                question=_("Should I ask for an instalment plan?"),
                words="分期 协商 逾期 要不要 还不起 还不上 negotiate plan instalments overdue",
                rules=(rules.CARD_70,),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="interest-stopped",
                question=_("Does a plan stop all interest?"),
                words="停息挂账 停息 挂账 免息 减免 interest stopped stop freeze waive tingxi guazhang",
                rules=(rules.CARD_70, rules.COST_SHEET),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="must-the-bank-agree",
                question=_("Does the bank have to agree to my plan?"),
                words="拒绝 不同意 必须 同意 通过 审核 被拒 refuse decline reject approve accepted",
                rules=(rules.CARD_70,),
                ways=(ways.PLAN, ways.COMPLAIN),
            ),
            Topic(
                slug="several-banks",
                question=_("I owe several banks. What now?"),
                words="多家 几家 其他银行 网贷 以贷养贷 借新还旧 破产 several banks other debts loans bankruptcy insolvency",
                rules=(rules.CARD_70,),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="credit-record",
                question=_("What happens to my credit record, and for how long?"),
                words="征信 信用报告 黑名单 逾期记录 消除 五年 5年 credit report record score blacklist",
                rules=(rules.CREDIT_RECORDS,),
                ways=(ways.ACCOUNTS,),
            ),
        ),
    ),
    Group(
        "owed",
        _("Debt and interest"),
        (
            Topic(
                slug="principal",
                question=_("Why does my debt hardly fall? Must I repay the principal?"),
                words="本金 不还本金 冲抵 顺序 越还越多 principal order allocation hardly falls",
                rules=(rules.CARD_BUSINESS,),
                ways=(ways.ACCOUNTS,),
            ),
            Topic(
                slug="fair-interest",
                question=_("How much interest is reasonable?"),
                words="利率 利息 高利贷 上限 24% 年化 违约金 滞纳金 罚息 LPR 四倍 reasonable rate late fee penalty ceiling apr",
                rules=(rules.CARD_CHARGES, rules.COURT_CHARGES, rules.CARD_DISPUTES_2),
                ways=(ways.ACCOUNTS,),
            ),
            Topic(
                slug="how-interest-is-worked-out",
                question=_("How is the interest worked out?"),
                words="利息 怎么算 计算 日利率 万分之五 复利 利滚利 入账日 interest calculate calculation daily rate compound",
                rules=(rules.CARD_CHARGES, rules.CARD_NOTICE),
                ways=(ways.ACCOUNTS,),
            ),
            Topic(
                slug="minimum-payment",
                question=_("Is it enough to pay the minimum?"),
                words="最低还款 最低还款额 只还最低 minimum payment",
                rules=(rules.CARD_NOTICE,),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="after-90-days",
                question=_("What happens after 90 days?"),
                words="90天 九十天 三个月 不良 停卡 起诉 委外 后果 ninety days 90 consequences non-performing sue",
                rules=(rules.CARD_BUSINESS, rules.RISK_CLASSES),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="wrong-amount",
                question=_("An amount is wrong. What can I do?"),
                words="金额不对 异议 多收 账单错误 不认可 wrong amount dispute query mistake disagree",
                rules=(rules.CARD_69,),
                ways=(ways.DISPUTE,),
            ),
        ),
    ),
    Group(
        "plan",
        _("The plan"),
        (
            Topic(
                slug="longest-term",
                question=_("How long may a plan last?"),
                words="多少期 60期 五年 5年 最长 期限 几年 longest term how long months years",
                rules=(rules.CARD_70,),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="how-much-a-month",
                question=_("How much should I offer each month?"),
                words="每月还多少 还款能力 收入 支出 预算 how much month afford budget income",
                rules=(rules.CARD_70,),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="papers",
                question=_("Which documents do I need?"),
                words="材料 证明 病历 失业 离职证明 贫困证明 documents papers proof evidence hardship",
                rules=(rules.NECESSARY_DATA,),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="interest-meanwhile",
                question=_("Does interest go on while we negotiate?"),
                words="协商期间 审核期间 计息 涨利息 有效期 meanwhile while negotiating interest valid expire",
                rules=(rules.CARD_70,),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="signature",
                question=_("Does a signature by code count?"),
                words="电子签名 签字 签署 验证码 法律效力 合同 签名 electronic signature sign valid code pdf",
                rules=(rules.SIGNATURE,),
                ways=(ways.VERIFY,),
            ),
        ),
    ),
    Group(
        "after",
        _("After signing"),
        (
            Topic(
                slug="collection-after-signing",
                question=_("Will anybody collect from me after signing?"),
                words="签约后 还会催收吗 停催 暂停催收 collection stop after signing reminders",
                rules=(rules.CARD_70,),
                ways=(ways.COMPLAIN, ways.AGENCIES),
            ),
            Topic(
                slug="missed-again",
                question=_("I cannot pay the next instalment. Can the plan be changed?"),
                words="二次协商 二次分期 又逾期 再次逾期 还不上 变更 违约 change renegotiate second missed broken default",
                rules=(rules.CARD_70,),
                ways=(ways.CHANGE,),
            ),
            Topic(
                slug="early-settlement",
                question=_("Can I pay everything off early?"),
                words="提前还款 提前结清 还清 结清证明 early settle pay off prepay certificate",
                rules=(rules.CIVIL_677,),
                ways=(ways.SETTLE,),
            ),
            Topic(
                slug="holidays",
                question=_("What if a due date is a holiday?"),
                words="节假日 周末 还款日 顺延 假期 春节 holiday weekend due date",
                rules=(rules.CIVIL_204,),
                ways=(ways.SETTLE_PLAN,),
            ),
        ),
    ),
    Group(
        "rights",
        _("Collection and your rights"),
        (
            Topic(
                slug="calling-hours",
                question=_("Until what hour may they call me?"),
                words="几点 晚上 电话 催收电话 时间 骚扰 半夜 hours night call evening phone",
                rules=(rules.COLLECTION_GUIDE, rules.COLLECTION_STANDARD),
                ways=(ways.COMPLAIN, ways.CONTACT),
            ),
            Topic(
                slug="how-often",
                question=_("How often may they call in a day?"),
                words="几次 频率 轰炸 骚扰 一天 多少次 拨打 短信轰炸 times often calls harass",
                rules=(rules.COLLECTION_GUIDE, rules.COLLECTION_STANDARD),
                ways=(ways.COMPLAIN, ways.CONTACT),
            ),
            Topic(
                slug="family-and-employer",
                question=_("May they talk to my family or my employer?"),
                words="家人 单位 公司 亲友 通讯录 爆通讯录 联系人 父母 配偶 老婆 老公 family mother parents wife husband employer friends",
                rules=(rules.CARD_68, rules.COLLECTION_STANDARD),
                ways=(ways.COMPLAIN,),
            ),
            Topic(
                slug="complaints",
                question=_("How do I complain, and when is it answered?"),
                words="投诉 举报 银保监 金融监管 12378 12363 暴力催收 complain complaint regulator ombudsman",
                rules=(rules.COMPLAINTS,),
                ways=(ways.COMPLAIN,),
            ),
            Topic(
                slug="sued",
                question=_("I have been sued. Can we still agree on a plan?"),
                words="起诉 被告 法院 传票 开庭 调解 立案 强制执行 律师函 sued court summons lawsuit mediation",
                rules=(rules.CIVIL_PROCEDURE_9,),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="limitation",
                question=_("Does the debt lapse after some years?"),
                words="诉讼时效 时效 三年 3年 过期 不用还 limitation expire lapse three years prescribed",
                rules=(rules.CIVIL_188, rules.CARD_DISPUTES_3),
                ways=(ways.PLAN,),
            ),
            Topic(
                slug="prison",
                question=_("Can I go to prison for this?"),
                words="坐牢 刑事 犯罪 恶意透支 抓人 报警 信用卡诈骗 拘留 jail prison crime criminal arrest police",
                rules=(rules.CARD_CRIME,),
                ways=(ways.PLAN,),
            ),
        ),
    ),
    Group(
        "safety",
        _("Safety, data and worries"),
        (
            Topic(
                slug="agents",
                question=_("Should I pay somebody to arrange this for me?"),
                words="中介 代理 法务 律师 反催收 代理维权 债务优化 停息代办 代办 收费 骗子 agent lawyer intermediary scam optimisation",
                rules=(rules.CIVIL_165, rules.CRIMINAL_280),
                ways=(ways.PLAN, ways.COMPLAIN),
            ),
            Topic(
                slug="fake-messages",
                question=_("How do I recognise a fake message or call?"),
                words="冒充 诈骗 短信 假短信 验证码 转账 真伪 钓鱼 fake message scam phishing code fraud",
                rules=(rules.FRAUD,),
                ways=(ways.AGENCIES, ways.VERIFY),
            ),
            Topic(
                slug="credit-repair",
                question=_("Can my credit record be cleaned for money?"),
                words="征信修复 修复征信 信用修复 洗白 消除记录 一次性信用修复 铲单 credit repair clean remove record one-off",
                rules=(rules.CREDIT_RECORDS, rules.CREDIT_REPAIR),
                ways=(ways.ACCOUNTS,),
            ),
            Topic(
                slug="who-sees-my-data",
                question=_("Who sees my data?"),
                words="个人信息 隐私 泄露 数据 删除 查阅 更正 data privacy personal information delete who sees",
                rules=(rules.PERSONAL_DATA,),
                ways=(ways.DATA,),
            ),
            Topic(
                slug="under-pressure",
                question=_("I cannot sleep for worry. Who helps?"),
                words="压力 焦虑 失眠 抑郁 自杀 绝望 睡不着 心理 害怕 stress worry sleep depressed suicide afraid help",
                rules=(rules.CONSUMERS,),
                ways=(ways.ACCOUNTS, ways.CONTACT),
            ),
        ),
    ),
)

TOPICS = {topic.slug: topic for group in GROUPS for topic in group.topics}
_GROUP_OF = {topic.slug: group for group in GROUPS for topic in group.topics}


def group_of(topic: Topic) -> Group:
    """The group that a topic belongs to."""
    return _GROUP_OF[topic.slug]
