package bench

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// sumSize is the bytes that are kept of a hash.
const sumSize = 12

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:sumSize])
}

// seal is a line of a results file, without its end: a struct as JSON whose last
// member, "sum", is a hash of all bytes before it.
func seal(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	b = b[:len(b)-1] // the brace comes after the sum
	return append(b, tail(b)...), nil
}

func tail(b []byte) string { return fmt.Sprintf(`,"sum":"%s"}`, digest(b)) }

// unseal refuses a line that is not as seal made it.
func unseal(line []byte) error {
	at := len(line) - len(tail(nil))
	if at < 0 || string(line[at:]) != tail(line[:at]) {
		return errors.New("the line was changed: its sum is not that of its bytes")
	}
	return nil
}
