//go:build long

package rundir

import "testing"

func TestLongKilled(t *testing.T) {
	for rule := range rules {
		t.Run(rule, func(t *testing.T) { kill(t, rule, 40) })
	}
}

func TestLongDamaged(t *testing.T) { damage(t, 1, 3) }
