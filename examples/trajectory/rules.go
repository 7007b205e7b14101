package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"descent/autograd"
	"descent/internal/byname"
	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// search is a method that steps along a direction. A nil length means that the
// learning rate is the length of the step.
type search struct {
	name      string
	direction minimize.Direction
	length    minimize.Length
}

// searches are in the order in which the help shows them. -set assigns fields of
// the length, or of the direction if the length is nil.
var searches = []search{
	{name: "newton", direction: minimize.Newton{}},
	{name: "newton-abs", direction: minimize.Newton{Absolute: true}},
	{name: "diagonal", direction: minimize.Diagonal{}},
	{name: "diagonal-abs", direction: minimize.Diagonal{Absolute: true}},
	{name: "newton-cg", direction: minimize.NewtonCG{}, length: backtracking},
	{name: "line-search", direction: minimize.Steepest{}, length: minimize.Bisection{Initial: 1, Tolerance: 1e-8, Doublings: 60}},
	{name: "backtracking", direction: minimize.Steepest{}, length: backtracking},
}

var backtracking = minimize.Backtracking{Initial: 1, Shrink: .5, Decrease: 1e-4, Trials: 50}

// plan is a run ready to start.
type plan struct {
	result  // without points
	stepper minimize.Stepper
}

// plan returns the rule and the schedule of a run, or an error about their names
// or fields.
func (o options) plan(s spec, f *autograd.Objective) (plan, error) {
	own := s
	s = s.with(o.all)
	p := plan{result: result{Rule: s.rule, Settings: map[string]any{"noise": o.noise, "seed": o.seed}}}
	var fields any
	var err error
	if i := slices.IndexFunc(searches, func(m search) bool { return m.name == s.rule }); i >= 0 {
		fields, err = o.search(&p, searches[i], s, own, f)
	} else {
		fields, err = o.descent(&p, s)
	}
	if err != nil {
		return plan{}, cli.Usagef("trajectory: -rule %s: %v", s.rule, err)
	}
	maps.Copy(p.Settings, byname.Settings(fields))
	p.label = p.describe(own.set, own.scheduleSet)
	p.brief = p.describe(given(fields), s.scheduleSet)
	return p, nil
}

// descent sets the stepper to a rule of package optimizers and returns the rule.
func (o options) descent(p *plan, s spec) (fields any, err error) {
	if names := firstOrder(); !slices.Contains(names, s.rule) {
		if slices.Contains(byname.Rules(), s.rule) {
			return nil, errors.New("the rule is for matrices: want a rule for vectors")
		}
		for _, m := range searches {
			names = append(names, m.name)
		}
		return nil, fmt.Errorf("want one of %s", strings.Join(names, ", "))
	}
	named, err := byname.Rule(s.rule, s.set)
	if err != nil {
		return nil, err
	}
	d := minimize.Descent{Rule: named.Rule, Config: optimizers.Config{Groups: named.Groups, Seed: o.seed}}
	if d.Schedule, err = o.schedule(p, s, named.Rate); err != nil {
		return nil, err
	}
	if o.noise > 0 {
		stream := rng.New(o.seed, "trajectory", "noise") // every run has the same noise
		d.Noise = func(grad []float64, _ int) {
			for i := range grad {
				grad[i] += float64(o.noise * stream.NormFloat64())
			}
		}
	}
	p.stepper = d
	return d.Rule, nil
}

// search sets the stepper to a search and returns the struct that has its fields.
func (o options) search(p *plan, m search, s, own spec, f *autograd.Objective) (fields any, err error) {
	if o.noise > 0 {
		return nil, errors.New("-noise: the rule needs exact gradients: want a first-order rule")
	}
	if m.length != nil {
		if own.rated || own.schedule != "" || own.scheduleSet != "" {
			return nil, fmt.Errorf("-lr and -schedule: the rule chooses its own step length: want -set with %s", strings.Join(byname.Fields(m.length), ", "))
		}
		if m.length, err = byname.Set("rule "+m.name, m.length, s.set); err != nil {
			return nil, err
		}
		fields, err = m.length, m.length.Validate()
	} else {
		if m.direction, err = byname.Set("rule "+m.name, m.direction, s.set); err != nil {
			return nil, err
		}
		fields = m.direction
		var schedule lrsched.Schedule
		schedule, err = o.schedule(p, s, 1)
		m.length = &scheduled{Schedule: schedule}
	}
	p.stepper = minimize.Search{Direction: m.direction, Length: m.length, Hessian: f.Hessian}
	return fields, err
}

// scheduled is a step length that follows a schedule. It serves one run.
type scheduled struct {
	lrsched.Schedule
	step int
}

func (s *scheduled) Validate() error { return lrsched.Validate(s.Schedule) }

func (s *scheduled) Along(*minimize.Line) (float64, error) {
	s.step++
	return s.At(s.step - 1), nil
}

// schedule returns the learning-rate schedule and adds it to the settings.
func (o options) schedule(p *plan, s spec, usual float64) (lrsched.Schedule, error) {
	lr := usual
	if s.rated {
		lr = s.lr
	}
	schedule, err := byname.Schedule(s.schedule, lr, o.steps, s.scheduleSet)
	if err != nil {
		return nil, prefix.Error("-schedule "+s.schedule, err)
	}
	if err := lrsched.Check(schedule, o.steps); err != nil {
		return nil, prefix.Error("-schedule "+s.schedule, err)
	}
	p.Settings["lr"], p.Settings["schedule"] = lr, s.schedule
	fields := byname.Settings(schedule)
	if w, ok := schedule.(lrsched.Warmup); ok {
		fields = byname.Settings(w.Then)
		fields["warmup"], fields["warmup_begin"], fields["warmup_constant"] = w.Steps, w.Begin, w.Constant
	}
	if len(fields) > 0 {
		p.Settings["schedule_settings"] = fields
	}
	return schedule, nil
}

// describe names a run by its rule, rate, schedule and assignments.
func (r *result) describe(set, scheduleSet string) string {
	var all []string
	if lr, ok := r.Settings["lr"]; ok {
		all = append(all, fmt.Sprintf("lr %v", lr))
	}
	if set != "" {
		all = append(all, assignments(set))
	}
	if s, ok := r.Settings["schedule"]; ok && (s != "constant" || scheduleSet != "") {
		all = append(all, fmt.Sprint(s))
	}
	if scheduleSet != "" {
		all = append(all, assignments(scheduleSet))
	}
	if len(all) == 0 {
		return r.Rule
	}
	return r.Rule + " (" + strings.Join(all, ", ") + ")"
}

func assignments(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "=", " "), ",", ", ")
}

// given formats the fields that are not zero.
func given(v any) string {
	values := byname.Settings(v)
	var all []string
	for _, name := range byname.Fields(v) {
		if text := fmt.Sprint(values[name]); text != "0" && text != "false" {
			all = append(all, name+"="+text)
		}
	}
	return strings.Join(all, ",")
}

// firstOrder returns the names of the rules of package optimizers that work on
// vectors.
func firstOrder() (names []string) {
	for _, name := range byname.Rules() {
		if n, err := byname.Rule(name, ""); err == nil && len(n.Groups) == 0 {
			names = append(names, name)
		}
	}
	return names
}
