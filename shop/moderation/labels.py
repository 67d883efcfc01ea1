"""What people are told: WeChat's labels (CONTRACT §6), our own reasons, in English and Chinese."""

from shop.moderation.states import Reason

LABELS: dict[int, tuple[str, str]] = {
    100: ("nothing wrong", "正常"),
    10001: ("advertising", "广告"),
    20001: ("politics", "时政"),
    20002: ("pornography", "色情"),
    20003: ("abuse", "辱骂"),
    20006: ("crime", "违法犯罪"),
    20008: ("fraud", "欺诈"),
    20012: ("vulgar content", "低俗"),
    20013: ("copyright", "版权"),
    21000: ("other reasons", "其他"),
}
_OTHER = 21000

SENTENCES: dict[Reason, tuple[str, str]] = {
    Reason.WAITING: ("It is being checked.", "正在审核中。"),
    Reason.CLEAN: ("It was checked and is fine.", "审核通过。"),
    Reason.DECLARED: ("The shop answers for it.", "由店铺负责。"),
    Reason.DOUBTFUL: ("A person has to look at it.", "需要人工审核。"),
    Reason.RISKY: ("It was refused because of {label_en}.", "因涉及“{label_zh}”未通过审核。"),
    Reason.PROHIBITED_WORD: (
        "It holds a word that this shop does not allow.",
        "包含本店不允许使用的词语。",
    ),
    Reason.VISIT_TOO_OLD: (
        "It will be checked when its author opens the mini-program again.",
        "作者下次打开小程序时将重新审核。",
    ),
    Reason.UNANSWERED: (
        "The check did not answer; it will be repeated or looked at by a person.",
        "审核服务暂无响应，将重试或转人工审核。",
    ),
    Reason.NOT_CHECKABLE: (
        "The check was not possible; a person has to look at it.",
        "无法自动审核，需要人工审核。",
    ),
    Reason.OVERDUE: (
        "The check took too long; a person has to look at it.",
        "审核超时，需要人工审核。",
    ),
    Reason.PERSON: ("A person decided.", "已由人工审核。"),
}


def label_in_words(label: int, language: str) -> str:
    """Return WeChat's label in Chinese (`zh…`) or English; an unknown one is `other reasons`."""
    english, chinese = LABELS.get(label, LABELS[_OTHER])
    return chinese if language.startswith("zh") else english


def sentence(reason: str, label: int, language: str) -> str:
    """Return why a check stands where it stands, in Chinese (`zh…`) or English."""
    english, chinese = SENTENCES[Reason(reason)]
    if language.startswith("zh"):
        return chinese.format(label_zh=label_in_words(label, "zh"))
    return english.format(label_en=label_in_words(label, "en"))
