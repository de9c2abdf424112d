"""The fields that we put above a received message.  Callers hold the transaction; nothing here opens one."""

from storage.models import ArrivalRow


def replace_trace(arrival_id: int, trace: bytes) -> None:
    """Write the fields above a message anew, with CRLF line ends."""
    ArrivalRow.update(trace=trace).where(ArrivalRow.id == arrival_id).execute()
