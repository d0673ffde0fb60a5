"""Keys and JWTs, good ones and bad.

A token is made by PyJWT where PyJWT writes the bytes that were asked for, and by hand (base64url of any text, any signature) where it refuses or
would write others. Claims and header members are given as JSON text, so that they can be anything. All keys come from one seed.
"""
import base64
import hashlib
import hmac
import json
import random
import time
import uuid
import warnings
from datetime import datetime, timedelta, timezone

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

SEED = 20261125
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
warnings.simplefilter("ignore", jwt.warnings.InsecureKeyLengthWarning)


def b64(data):
    """base64url without padding."""
    return base64.urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(value, length=None):
    return value.to_bytes(length or (value.bit_length() + 7) // 8, "big")


def json_text(members):
    """An object of (name, JSON text) pairs, or of a dict of them; None leaves a member out. Names are JSON text if they begin with a quote."""
    pairs = members.items() if isinstance(members, dict) else members
    return "{" + ",".join(f"{name if name[:1] == chr(34) else json.dumps(name)}:{value}" for name, value in pairs if value is not None) + "}"


class Key:
    """What signs: a name for `alg`, a `kid`, and the bytes of a signature. `private` is what PyJWT takes."""

    def __init__(self, alg, private, kid=None, sign=None):
        self.alg, self.private, self.kid, self.sign = alg, private, kid, sign

    @classmethod
    def hmac(cls, secret, alg="HS256"):
        digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[alg]
        return cls(alg, secret, sign=lambda data: hmac.new(secret, data, digest).digest())

    @classmethod
    def bytes(cls, signature):
        """Signs nothing: says these bytes whatever it is asked to sign."""
        return cls("ES256", None, sign=lambda data: signature)

    def jwk(self):
        """The public half, as a set of keys lists it."""
        names = {"kid": self.kid, "alg": self.alg, "use": "sig", "key_ops": ["verify"]}
        return {**json.loads(jwt.get_algorithm_by_name(self.alg).to_jwk(self.private.public_key())), **names}


class Elliptic(Key):
    """ECDSA as JOSE has it: r and s side by side."""

    def __init__(self, rng, kid, alg="ES256"):
        curve = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES256K": ec.SECP256K1()}[alg]
        self.hash = hashes.SHA384() if alg == "ES384" else hashes.SHA256()
        super().__init__(alg, ec.derive_private_key(rng.getrandbits(curve.key_size - 8), curve), kid, self.joined)

    def der(self, data, hash=None):
        return self.private.sign(data, ec.ECDSA(hash or self.hash, deterministic_signing=True))

    def joined(self, data, hash=None):
        length = (self.private.key_size + 7) // 8
        return b"".join(number(half, length) for half in decode_dss_signature(self.der(data, hash)))


class Rsa(Key):
    """RSA with primes from the seed, padded and signed by hand: as short and as oddly padded as one likes."""

    def __init__(self, rng, kid, bits, exponent=65537):
        while True:
            p, q = prime(rng, bits // 2), prime(rng, bits // 2)
            if p != q and (p - 1) % exponent and (q - 1) % exponent:
                break
        self.n, self.e, self.d, self.length = p * q, exponent, pow(exponent, -1, (p - 1) * (q - 1)), bits // 8
        private = None
        if bits >= 2048:
            parts = (self.d % (p - 1), self.d % (q - 1), pow(q, -1, p))
            private = rsa.RSAPrivateNumbers(p, q, self.d, *parts, rsa.RSAPublicNumbers(self.e, self.n)).private_key()
        super().__init__("RS256", private, kid, lambda data: self.padded(SHA256_INFO + hashlib.sha256(data).digest()))

    def padded(self, end, start=b"\x00\x01", fill=b"\xff", after=b""):
        gap = self.length - len(start) - 1 - len(end) - len(after)
        return number(pow(int.from_bytes(start + fill * gap + b"\x00" + end + after, "big"), self.d, self.n), self.length)


def prime(rng, bits):
    while True:
        candidate = rng.getrandbits(bits) | 3 << (bits - 2) | 1
        if all(candidate % small for small in range(3, 2000, 2)) and all(strong(candidate, rng.randrange(2, 1 << 60)) for _ in range(12)):
            return candidate


def strong(candidate, base):
    """Whether the candidate is a strong probable prime to that base."""
    twos = ((candidate - 1) & (1 - candidate)).bit_length() - 1
    power = pow(base, (candidate - 1) >> twos, candidate)
    return power in (1, candidate - 1) or any((power := power * power % candidate) == candidate - 1 for _ in range(twos - 1))


class Mint:
    """Two good keys, a second pair that is nobody's, and the claims of a good token."""

    def __init__(self, supabase_url):
        self.random = random.Random(SEED)
        self.issuer = supabase_url.rstrip("/") + "/auth/v1"
        self.subject, self.start, self.by_pyjwt, self.by_hand = self.uuid(), int(time.time()), 0, 0
        self.es, self.rs = Elliptic(self.random, self.uuid()), Rsa(self.random, self.uuid(), 2048)
        self.foreign_es, self.foreign_rs = Elliptic(self.random, self.uuid()), Rsa(self.random, self.uuid(), 2048)

    def uuid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def members(self, **changes):
        """The claims of a good token as JSON texts, with these changed, added or (None) left out."""
        now = self.start
        good = {"iss": json.dumps(self.issuer), "sub": f'"{self.subject}"', "aud": '"authenticated"', "exp": str(now + 3600), "iat": str(now),
                "email": '"forged@x.test"', "phone": '""', "app_metadata": '{"provider":"email","providers":["email"]}', "user_metadata": "{}",
                "role": '"authenticated"', "aal": '"aal1"', "amr": f'[{{"method":"password","timestamp":{now}}}]',
                "session_id": '"5f9c2f6e-9d1c-4f0e-8a5e-3a1b7c2d4e6f"', "is_anonymous": "false"}
        return {**good, **changes}

    def claims(self, **changes):
        return json_text(self.members(**changes))

    @staticmethod
    def header(key, **changes):
        return json_text({"alg": json.dumps(key.alg), "kid": key.kid and json.dumps(key.kid), "typ": '"JWT"', **changes})

    def token(self, key=None, claims=None, header=None):
        """Signed by key: `claims` and `header` are texts or bytes, those of a good token if left out."""
        key = key or self.es
        claims, header = self.claims() if claims is None else claims, self.header(key) if header is None else header
        made = self.ask_pyjwt(key, claims, header)
        self.by_pyjwt, self.by_hand = self.by_pyjwt + bool(made), self.by_hand + (not made)
        return made or self.hand(key, claims, header)

    @staticmethod
    def hand(key, claims, header):
        return sealed(key, f"{b64(header)}.{b64(claims)}")

    @staticmethod
    def ask_pyjwt(key, claims, header):
        """PyJWT's token of these, or None if it refuses them or writes something else."""
        if key.private is None:
            return None
        try:
            said = json.loads(header)
            made = jwt.encode(json.loads(claims), key.private, algorithm=key.alg, headers=said)
            wrote = [unb64(part).decode() for part in made.split(".")[:2]]
        except (ValueError, TypeError, RecursionError, AttributeError, NotImplementedError, jwt.PyJWTError):
            return None
        same = json.loads(wrote[0]) == said and len(wrote[0]) == len(header) and wrote[1] == claims and said.get("alg") == key.alg
        return made if same else None


def sealed(key, signed):
    """The text with that key's signature behind it."""
    return f"{signed}.{b64(key.sign(signed.encode()))}"


def certificate(key):
    """A certificate of the key's, signed by itself, as DER."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "auth.x.test")])
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.private.public_key(), 1, start, start + timedelta(days=3650))
    return builder.sign(key.private, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def edwards(rng, kid):
    private = ed25519.Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
    return Key("EdDSA", private, kid, private.sign)
