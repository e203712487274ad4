"""What the pages share: the mart, the words and colours of the screens, and the queries behind them."""
