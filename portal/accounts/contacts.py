"""How contact data may be shown: enough for their owner to recognise, too little for anybody else."""


def masked_email(address: str) -> str:
    """The first character and the domain.

    >>> masked_email("lin.wei@example.com")
    'l***@example.com'
    """
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"


def masked_phone(number: str) -> str:
    """The last four digits.

    >>> masked_phone("13800004321")
    '***4321'
    """
    return f"***{number[-4:]}"
