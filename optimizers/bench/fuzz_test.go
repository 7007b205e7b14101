package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"descent/internal/fuzzing"
	"github.com/stretchr/testify/require"
)

// unsealed is a file without its sums, as sealed takes it.
func unsealed(file []byte) []byte {
	var b []byte
	for line := range bytes.Lines(file) {
		b = append(append(b, line[:len(line)-1-len(tail(nil))]...), "}\n"...)
	}
	return b
}

// sealed gives lines, which were mutated, the sums and ids they must have.
func sealed(lines []byte) []byte {
	var b []byte
	for line := range bytes.Lines(lines) {
		line, whole := bytes.CutSuffix(line, []byte("\n"))
		var v Record
		if json.Unmarshal(line, &v) == nil {
			line = bytes.Replace(line, []byte(`"id":"`+v.ID+`"`), []byte(`"id":"`+v.Key.id()+`"`), 1)
		}
		begin := len(b)
		b = append(b, bytes.TrimSuffix(line, []byte("}"))...)
		b = append(b, tail(b[begin:])...)
		if whole {
			b = append(b, '\n')
		}
	}
	return b
}

// headers are a file's first line without its sum, and some that are not as a plan
// makes it.
func headers(t testing.TB, file []byte) [][]byte {
	line, _, _ := bytes.Cut(unsealed(file), []byte("\n"))
	all := [][]byte{line}
	for old, others := range map[string][]string{
		`"seeds":3`:        {`"seeds":4611686018427387904`, `"seeds":1000000000`, `"seeds":-1`, `"seeds":1000`, `"seeds":3e99`, `"seeds":2,"seeds":3`},
		`"tuning_seeds":2`: {`"tuning_seeds":4611686018427387904`, `"tuning_seeds":0`, `"tuning_seeds":1001`},
		`"studies":1`:      {`"studies":0`, `"studies":501`, `"studies":2`},
		`"study":0`:        {`"study":-1`, `"study":1`},
		`"seed":1`:         {`"seed":18446744073709551615`},
		`"trials":5`:       {`"trials":4611686018427387904`},
		`"maximize":false`: {`"maximize":true`},
		`"epochs":2`:       {`"epochs":9223372036854775807`, `"epochs":-5`},
		`"cells":[`:        {`"cells":[{},`, `"cells":[],"x":[`},
		`"values":null`:    {`"values":[1,2]`},
		`"name":"one"`:     {`"name":"\u001b[31m"`, "\"name\":\"\xff\"", `"name":1`},
		`"kernels":"`:      {`"kernels":"\u0007`},
		`"kind":"header"`:  {`"kind":"run"`, `"kind":"header","kind":"run"`},
		`"version":3`:      {`"version":2`, `"version":2.5`},
		`"environment":{`:  {`"environment":null,"x":{`},
		`"first_step":"`:   {`"published":[{"name":"\n","lr":1e308}],"first_step":"`},
	} {
		require.Contains(t, string(line), old)
		for _, other := range others {
			all = append(all, bytes.Replace(line, []byte(old), []byte(other), 1))
		}
	}
	return all
}

// No file makes a panic or takes much memory, and what is read is written and read
// again.
func FuzzResults(f *testing.F) {
	file := smallFile(f)
	f.Add(file, false)
	f.Add(file[:len(file)-9], false)
	f.Add([]byte("\n\n"), false)
	lines := bytes.SplitAfter(unsealed(file), []byte("\n"))
	for _, h := range headers(f, file) {
		f.Add(append(h, '\n'), true)
	}
	run := lines[1]
	join := func(more ...[]byte) []byte { return bytes.Join(append([][]byte{lines[0]}, more...), nil) }
	f.Add(join(lines[1:]...), true)
	f.Add(join(run, run), true)
	for old, other := range map[string]string{
		`"kind":"run"`: `"kind":"cell"`, `"points":[`: `"points":null,"x":[`, `"diverged":false`: `"diverged":true`,
		`"metric":`: `"metric":1e308,"x":`, `"step":0`: `"step":-9223372036854775808`, `"lr":`: `"lr":1e999,"x":`,
	} {
		require.Contains(f, string(run), old)
		changed := bytes.Replace(run, []byte(old), []byte(other), 1)
		f.Add(join(changed), true)
		f.Add(join(run, changed), true)
	}
	base, _, err := parseResults(file)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, b []byte, lines bool) {
		if lines {
			b = sealed(b)
		}
		var r *Results
		var whole int
		var err error
		fuzzing.Bounded(t, len(b), 100, 64<<10, func() { r, whole, err = parseResults(b) })
		if err != nil {
			fuzzing.Error(t, fmt.Errorf("bench: %w", err), "bench: ")
			require.Nil(t, r)
			return
		}
		require.Equal(t, byte('\n'), b[whole-1])
		require.NoError(t, r.Header.Validate())
		missing, all := r.Missing()
		require.LessOrEqual(t, missing, all)
		require.LessOrEqual(t, all, maxRuns)
		if _, err := unite(base.Header, r.Header, "here", "there"); err != nil {
			fuzzing.Error(t, fmt.Errorf("bench: %w", err), "bench: ")
		}
		var again bytes.Buffer
		require.NoError(t, writeLine(&again, r.Header))
		for _, v := range r.Records {
			require.Equal(t, v.Key.id(), v.ID)
			require.NoError(t, writeLine(&again, v))
		}
		r2, whole, err := parseResults(again.Bytes())
		require.NoError(t, err)
		require.Equal(t, again.Len(), whole)
		require.Equal(t, len(r.Records), len(r2.Records))
		for i, v := range r.Records {
			require.True(t, sameRun(v, r2.Records[i]))
		}
		require.Empty(t, differs(r.Header, r2.Header, comparison{"here", "there"}))
	})
}
