"""The messages' classes, which protoc makes of the same files that Winnow's own are made of."""

import hashlib
import os
import shutil
import subprocess
import sys
from typing import NamedTuple

HERE = os.path.dirname(os.path.realpath(__file__))
# In Winnow's source, or where a package has put them.
PLACES = [os.path.join(HERE, "..", "..", *names) for names in (("Sources", "Schema"), ("schema",))]
SCHEMA = next(filter(os.path.isdir, PLACES), PLACES[0])
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "winnow")
FILES = [os.path.join(SCHEMA, name) for name in ("records.proto", "messages.proto")]


def generate():
    """The folder of the classes, made at the first start and whenever the files have changed since."""
    digest = hashlib.sha256()
    for path in FILES:
        with open(path, "rb") as file:
            digest.update(file.read())
    folder = os.path.join(CACHE, f"protocol-{digest.hexdigest()[:16]}")
    if os.path.isdir(folder):
        return folder
    # Other workers may start at the same moment: the folder gets its name when it is whole, and one of them is enough.
    made = f"{folder}.{os.getpid()}"
    os.makedirs(made, exist_ok=True)
    try:
        subprocess.run(["protoc", f"--proto_path={SCHEMA}", f"--python_out={made}", *FILES], check=True)
        os.rename(made, folder)
    except FileNotFoundError:
        sys.exit("worker: there is no 'protoc' on PATH; install protobuf-compiler (on Arch, protobuf)")
    except subprocess.CalledProcessError:
        sys.exit("worker: protoc could not read the protocol's files, as it says above")
    except OSError:
        if not os.path.isdir(folder):
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


sys.path.insert(0, generate())
try:
    import messages_pb2 as messages
    import records_pb2 as records
    from google.protobuf.message import DecodeError
except ImportError as error:
    sys.exit(f"worker: {error}; install python3-protobuf, of the same version as protoc")


class AttemptID(NamedTuple):
    """One run of a trial on one worker. Trials of several studies may have the same numbers."""

    study: int
    trial: int
    attempt: int

    @property
    def proto(self):
        """For messages that name the study themselves."""
        return records.Attempt(trial=self.trial, attempt=self.attempt)

    @property
    def listed(self):
        """For lists, where each attempt names its study."""
        return records.Attempt(study=self.study, trial=self.trial, attempt=self.attempt)

    def message(self, **kind):
        """A message about the attempt's study."""
        return messages.WorkerMessage(study=self.study, **kind)


def attempt_of(message):
    """The attempt that a coordinator's message is about; None where it is about none."""
    body = getattr(message, message.WhichOneof("kind"))
    attempt = body if isinstance(body, records.Attempt) else getattr(body, "id", None)
    return None if attempt is None else AttemptID(message.study, attempt.trial, attempt.attempt)
