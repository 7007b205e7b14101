package optimizers

// rules is the table that the conformance suite and the golden values run
// over: a new rule adds its entry here.
var rules = []ruleTests{
	sgdTests,
	adamTests, adamWTests, adamaxTests, nadamTests, radamTests, yogiTests, lionTests, lambTests,
	ewaTests,
	adagradTests,
	rmsPropTests,
	adadeltaTests,
	rpropTests,
	larsTests,
	sgldTests,
	scheduleFreeSGDTests, scheduleFreeAdamWTests,
	muonTests,
	prodigyTests,
	adaBeliefTests, nadamWTests, adoptTests, adanTests, adEMAMixTests, marsTests,
	adafactorTests, shampooTests, soapTests, norMuonTests, psgdKronTests,
	lookaheadTests, emaTests, swaTests,
	cautiousTests, decoupledDecayTests, grokfastTests,
}

// ruleTests is what the tests of a rule need to know.
type ruleTests struct {
	name string
	// golden pairs names of runs in testdata with the rule.
	golden map[string]Rule
	// conforming rules go through the whole suite.
	conforming []Rule
	// vary has, for each exported field, two rules that differ in it alone.
	vary map[string][2]Rule
	// invalid pairs a message with the rule out of range.
	invalid map[string]Rule

	// matrices says that the rule wants parameters of two or more dimensions.
	matrices bool
	// coupled says that an element's update depends on others of its
	// parameter, or on its place: splitting a vector changes it.
	coupled bool
	// ordered says that sums over all parameters are rounded in their order.
	ordered bool
	// still is the number of first steps that move nothing.
	still int
	// decomposes says that the rule decomposes matrices, which libraries round
	// differently: its golden values agree to 1e-9, in float32 to 1e-4.
	decomposes bool
}
